import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jobwire, startJobwire } from './run-jobwire.ts';

const folder = mkdtempSync(join(tmpdir(), 'jobwire-codes-'));
const key = `jw_local_${'k'.repeat(43)}`;
let server: Server;
let url: string;

const problem = (status: number, code: string, more: object = {}) => ({
  status,
  body: { type: `x/problems/${code}`, title: code, status, detail: `It says ${code}`, code, requestId: 'r-1', ...more },
});
const types = { items: [{ name: 'echo', description: 'Echoes.', input: { type: 'object', properties: {} } }] };
const jobs = Array.from({ length: 2000 }, (_, index) => ({ id: `job_${index}`, type: 'echo', status: 'queued' }));

/** What the service answers, by method and path. */
const answers: Record<string, { status: number; body: object | string }> = {
  'GET /v1/types': { status: 200, body: types },
  'GET /v1/jobs': { status: 200, body: { items: jobs, next: 'more' } },
  'GET /v1/jobs/none': problem(404, 'not-found'),
  'GET /v1/jobs/secret': problem(403, 'forbidden'),
  'GET /v1/jobs/faulty': problem(500, 'internal-error'),
  'GET /v1/jobs/odd': { status: 200, body: {} },
  'GET /v1/jobs/html': { status: 404, body: '<h1>\u001b[2JNot here</h1>' },
  'POST /v1/jobs/done/cancel': problem(409, 'job-done'),
  'GET /v1/webhooks': problem(401, 'unauthorized'),
  'POST /v1/jobs': problem(422, 'invalid-input', {
    errors: [{ pointer: '/input/a~1b/0', detail: 'Must be an integer, is \u001b[31mtext' }],
  }),
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    const { status, body } = answers[`${request.method} ${path}`] ?? problem(404, 'not-found');
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  writeFileSync(join(folder, 'bad.json'), '{"a":');
  writeFileSync(join(folder, 'empty.csv'), '');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  jobwire(args, { cwd: folder, env: { JOBWIRE_URL: url, JOBWIRE_KEY: key, ...env } });

test.each<[number, string[], string[]]>([
  [0, ['types'], []],
  [0, ['--version'], []],
  [2, [], ['✗ Cannot run jobwire: no command is given', '→ `jobwire --help` says more.']],
  [2, ['wach', 'x'], ['there is no such command; did you mean "watch"?']],
  [2, ['list', '--limit', 'x'], ['Cannot use --limit x', '→ `jobwire list --help` says more.']],
  [2, ['submit', 'echo', 'nonsense'], ['Cannot use "nonsense" as input: it must be key=value, @file.json']],
  [2, ['submit', 'echo', '--input', '@none.json'], ['Cannot read none.json: there is no such file']],
  [2, ['submit', 'echo', '--input', '@bad.json'], ['Cannot read the input of bad.json:', 'it must be JSON']],
  [2, ['submit', 'echo', '--input', '{"a"'], ['Cannot read the input of --input']],
  [2, ['submit', 'echo', '--file', 'a=none.csv'], ['Cannot upload none.csv: there is no such file']],
  [2, ['submit', 'echo', '--file', 'a=empty.csv'], ['Cannot upload empty.csv: it is empty']],
  [2, ['submit', 'echo', '--file', 'a=.'], ['Cannot upload .: it must be a file']],
  [2, ['submit', 'echo', '--file', 'x.csv'], ['Cannot tell which field takes x.csv: none of echo speaks of uploads']],
  [2, ['submit', 'echo', '--file', 'a=x.csv', '--idempotency-key', 'k'], ['Cannot use --idempotency-key with --file']],
  [2, ['submit', 'echo', '--metadata', 'x'], ['Cannot use --metadata x: it must be key=value']],
  [2, ['submit', 'echo', '--cancel-on-interrupt'], ['it goes with --watch']],
  [2, ['webhooks', 'update', 'whk_1'], ['Cannot update nothing']],
  [2, ['webhooks', 'recover', 'whk_1', '--since', 'monday'], ['Cannot use --since monday: it must be a time']],
  [2, ['dead-letters', 'redrive'], ['Cannot redrive: name jobs, or --type, or --all']],
  [2, ['dead-letters', 'clear'], ['Cannot clear: it must be --type <name> or --all']],
  [3, ['submit', 'eco', 'a=1'], ['Cannot find the job type eco: it must be one of echo; did you mean "echo"?']],
  [
    3,
    ['submit', 'echo', 'a=1'],
    ['It says invalid-input (invalid-input, r-1)', 'input.a/b.0  Must be an integer, is text'],
  ],
  [3, ['get', 'none'], ['✗ It says not-found (not-found, r-1)', '→ Check the address and the id.']],
  [3, ['get', 'secret'], ['→ The key came from JOBWIRE_KEY: give one with that scope']],
  [3, ['get', 'html'], ['404']],
  [3, ['cancel', 'done'], ['→ `jobwire get <job>` shows how it ended.']],
  [3, ['webhooks', 'list'], ['The key came from JOBWIRE_KEY', 'npm run keys -- create']],
  [5, ['get', 'faulty'], ['It says internal-error (internal-error, r-1)', 'report the `requestId`']],
])('exit code %d of %j, with what is wrong and what to do', async (expected, args, says) => {
  const { code, stderr } = await run(args);
  expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringContaining(says[0] ?? '') });
  for (const each of says) expect(stderr).toContain(each);
  expect(stderr).not.toContain('\u001b');
  expect(stderr).not.toContain(key);
});

describe('exit code 4, where there is no service', () => {
  test('none is named and none runs here', async () => {
    const { code, stderr } = await jobwire(['list'], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 4, stderr: expect.stringContaining('Start one with `npm start`') });
  });

  test('the local server has ended', async () => {
    const state = join(folder, 'ended.json');
    // No process has this id: it is beyond what any system gives.
    writeFileSync(state, JSON.stringify({ rest: url, key, pid: 2 ** 30 }));
    const { code, stderr } = await jobwire(['list'], { cwd: folder, env: { JOBWIRE_STATE: 'ended.json' } });
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: expect.stringContaining('has ended. Start one with `npm start`'),
    });
  });

  test('nothing answers at the address', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const nowhere = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/v1`;
    await new Promise((resolve) => closed.close(resolve));
    const { code, stderr } = await run(['list'], { JOBWIRE_URL: nowhere });
    expect(code).toBe(4);
    expect(stderr).toContain(`${nowhere} (from JOBWIRE_URL) must answer`);
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).toContain('Start the local server with `npm start`');
  });
});

test('exit code 70 of an answer that nobody foresaw, which is told as a fault of the program', async () => {
  const { code, stderr } = await run(['get', 'odd']);
  expect({ code, stderr }).toEqual({
    code: 70,
    stderr: expect.stringContaining('fault of the program: please report it'),
  });
});

test('exit code 130 of what is interrupted before it has an answer', async () => {
  const deaf = createServer(() => undefined);
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  const env = { JOBWIRE_URL: `http://127.0.0.1:${(deaf.address() as AddressInfo).port}/v1`, JOBWIRE_KEY: key };
  const asked = new Promise<void>((resolve) => deaf.once('request', () => resolve()));
  const { child, ended } = startJobwire(['list'], { env });
  await asked;
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  deaf.closeAllConnections();
  deaf.close();
});

test('exit code 141 where whoever reads has left, without a word', async () => {
  const { child, ended } = startJobwire(['list', '--all', '--json'], {
    env: { JOBWIRE_URL: url, JOBWIRE_KEY: key },
  });
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await ended).toMatchObject({ code: 141, stderr: '' });
});

test('--json tells errors as one JSON document on standard error, and nothing on standard output', async () => {
  const { code, stdout, stderr } = await run(['get', 'none', '--json']);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(JSON.parse(stderr)).toEqual({
    error: {
      message: 'It says not-found',
      code: 'not-found',
      status: 404,
      requestId: 'r-1',
      remedy: expect.stringContaining('Check the address'),
    },
    exitCode: 3,
  });
  const usage = await run(['list', '--limt', '1', '--json']);
  expect({ code: usage.code, error: JSON.parse(usage.stderr).error.message }).toEqual({
    code: 2,
    error: 'Cannot run list with --limt: there is no such option; did you mean --limit?',
  });
});
