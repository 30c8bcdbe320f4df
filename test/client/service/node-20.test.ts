import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Consumer, installClient } from '../packed-client.ts';

const { rest, key } = inject('server');

/** The oldest Node that the package is for, where one is installed beside ours. */
function findNode20(): string | undefined {
  const { stdout } = spawnSync('which', ['-a', 'node'], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .find((path) => path && /^v20\./.test(execFileSync(path, ['--version'], { encoding: 'utf8' })));
}

const node20 = findNode20();
let consumer: Consumer;
beforeAll(() => {
  consumer = installClient();
});
afterAll(() => rmSync(consumer.folder, { recursive: true, force: true }));

const script = `
import { openAsBlob, writeFileSync } from 'node:fs';
import { createClient, isJobFailedError } from 'jobwire-client';
const channels = new Set();
const client = createClient({
  url: process.env.URL,
  credential: process.env.KEY,
  onChannel: ({ channel, state }) => state === 'open' && channels.add(channel),
});
const types = [];
const countdown = await client.run('countdown', { steps: 3, intervalMs: 20 }, { onEvent: ({ type }) => types.push(type) });
writeFileSync('data.csv', 'a,b\\n1,2\\n');
const csv = await client.upload(await openAsBlob('data.csv', { type: 'text/csv' }));
const { rows } = await client.run('csv-profile', { csv });
const failed = await client.run('flaky', { failures: 1, final: true }).catch((error) => isJobFailedError(error) && error.job.status);
const late = await client.run('echo', { value: 1, delayMs: 9000 }, { timeoutMs: 300 }).catch(({ name }) => name);
console.log(JSON.stringify({ countdown, first: types[0], last: types.at(-1), rows, failed, late, channels: [...channels] }));
`;

const nodes: [string, string, string[]][] = [
  ['this Node', process.execPath, ['websocket']],
  ...(node20 ? [['Node 20, which has no WebSocket', node20, ['sse']] satisfies [string, string, string[]]] : []),
];

describe('the package as it is published', () => {
  it.each(nodes)('runs on %s', async (_, node, channels) => {
    writeFileSync(join(consumer.folder, 'main.mjs'), script);
    const { stdout } = await promisify(execFile)(node, ['main.mjs'], {
      cwd: consumer.folder,
      env: { ...process.env, URL: rest, KEY: key },
    });
    expect(JSON.parse(stdout)).toEqual({
      countdown: { steps: 3 },
      first: 'job.queued',
      last: 'job.succeeded',
      rows: 1,
      failed: 'failed',
      late: 'TimeoutError',
      channels,
    });
  });

  it.each(nodes)('writes job types on %s', async (_, node) => {
    const program = join(consumer.client, 'dist/jobwire-types.js');
    const { stdout } = await promisify(execFile)(node, [program, rest], { env: { ...process.env, JOBWIRE_KEY: key } });
    expect(stdout).toContain('countdown: {');
    expect(stdout).toContain('intervalMs: number;');
  });

  it.skipIf(node20)('runs on Node 20: not tried, since none is installed', () => {});
});
