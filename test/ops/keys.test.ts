import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engines, startEngines } from '../support/engines.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'jobwire-keys-'));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

let engines: Engines;

async function keys(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const { PATH = '' } = process.env;
  const script = join(root, 'ops/keys.ts');
  return promisify(execFile)(process.execPath, [script, ...args], { cwd: folder, env: { PATH, ...env } }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );
}

const onTable = () => ({
  TABLE_NAME: engines.env.TABLE_NAME ?? '',
  AWS_ENDPOINT_URL_DYNAMODB: engines.env.AWS_ENDPOINT_URL_DYNAMODB ?? '',
});

beforeAll(async () => {
  engines = await startEngines();
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await engines.stop();
});

describe('keys', () => {
  test('creates a key, shows it once, lists and revokes it by its id', async () => {
    const made = await keys(['create', '--tenant', 'acme', '--scopes', 'jobs:read', '--json'], onTable());
    const { id, key, tenant, scopes } = JSON.parse(made.stdout);
    expect({ tenant, scopes }).toEqual({ tenant: 'acme', scopes: ['jobs:read'] });
    expect(key).toMatch(/^jw_local_[A-Za-z0-9_-]{43}$/);

    const listed = await keys(['list', '--json'], onTable());
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id, tenant: 'acme' }]);
    expect(listed.stdout).not.toContain(key);
    expect(listed.stdout).not.toContain('hash');

    expect(await keys(['revoke', id], onTable())).toMatchObject({ code: 0, stdout: expect.stringContaining(id) });
    const after = await keys(['list', '--tenant', 'acme'], onTable());
    expect(after.stdout).toMatch(/revoked \d{4}-/);
    expect((await keys(['list', '--tenant', 'other'], onTable())).stdout).toContain('There are no keys.');
  });

  test('gives every scope where none are named', async () => {
    const { stdout } = await keys(['create', '--tenant', 'all', '--json', '--jobs-per-window', '5'], onTable());
    expect(JSON.parse(stdout)).toMatchObject({
      scopes: ['jobs:read', 'jobs:write', 'webhooks:read', 'webhooks:write', 'admin'],
      jobsPerWindow: 5,
    });
  });

  test('finds the table of the local server that is running', async () => {
    const { TABLE_NAME: tableName, AWS_ENDPOINT_URL_DYNAMODB: dynamodbUrl } = onTable();
    const aws = { tableName, dynamodbUrl, region: 'us-east-1' };
    const state = join(folder, 'local.json');
    writeFileSync(state, JSON.stringify({ pid: process.pid, rest: 'http://localhost:1/v1', aws }));
    const { stdout } = await keys(['create', '--tenant', 'local'], { JOBWIRE_STATE: state });
    expect(stdout).toMatch(/jw_local_.*\n/);
    expect(stdout).toContain('(the local server at http://localhost:1/v1)');
  });

  test.each<[string, string[], RegExp]>([
    ['no verb', [], /must be create, list or revoke/],
    ['an unknown verb', ['make'], /Cannot do "make"/],
    ['an unknown option', ['create', '--tenants', 'x'], /--tenants/],
    ['no tenant', ['create'], /no tenant is given, add --tenant NAME/],
    ['a tenant with a mark of our own', ['create', '--tenant', 'a#b'], /1 to 63 letters/],
    ['an unknown scope', ['create', '--tenant', 'a', '--scopes', 'jobs:fly'], /jobs:fly: they must be of jobs:read/],
    ['a limit that is none', ['create', '--tenant', 'a', '--jobs-per-window', '0'], /must be an integer from 1 on/],
    ['a stage that no key is taken with', ['create', '--tenant', 'a', '--stage', 'Prod'], /stage "Prod": .*lower-case/],
    ['an unknown id', ['revoke', 'key_x'], /Cannot revoke the key key_x: there is none/],
    ['no id', ['revoke'], /no id is given/],
  ])('refuses %s in plain words', async (_, args, message) => {
    const ended = await keys(args, onTable());
    expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  test('says what to do where there is no table', async () => {
    expect(await keys(['list'])).toMatchObject({ code: 1, stderr: expect.stringMatching(/name one with --table/) });
    expect(await keys(['list', '--table', 'x'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/AWS_REGION/),
    });
  });

  test('helps', async () => {
    expect(await keys(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('npm run keys -- create'),
    });
  });
});
