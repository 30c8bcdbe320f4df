import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signatureHeaders, webhookSecret } from '../../../lambdas/core/webhook-signature.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'jobwire-listen-'));
const state = join(folder, 'local.json');
const secret = webhookSecret(Buffer.alloc(32, 1));
const signing = webhookSecret(Buffer.alloc(32, 2));
const stranger = webhookSecret(Buffer.alloc(32, 3));
const asked: string[] = [];
const children: ChildProcess[] = [];
let service: Server;

beforeAll(async () => {
  service = createServer(async (request, response) => {
    const body = await text(request);
    asked.push(`${request.method} ${request.url} ${body}`);
    const answers: Record<string, object> = {
      '/v1/webhooks': { id: 'whk_1', secret, ...(body && JSON.parse(body)) },
      '/v1/signing-secret': { secret: signing },
    };
    response.end(JSON.stringify(answers[request.url ?? ''] ?? {}));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const rest = `http://127.0.0.1:${(service.address() as AddressInfo).port}/v1`;
  writeFileSync(state, JSON.stringify({ rest, key: 'jw_local_x', pid: process.pid }));
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  service.close();
  rmSync(folder, { recursive: true, force: true });
});

function listen(...args: string[]) {
  const child = spawn(process.execPath, [join(root, 'client/cli/jobwire.ts'), 'listen', ...args], {
    env: { PATH: process.env.PATH, JOBWIRE_STATE: state },
  });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = async () => {
    await expect.poll(() => output, { timeout: 10_000 }).toContain('Listening on');
    return /http:\/\/127\.0\.0\.1:\d+\//.exec(output)?.[0] ?? '';
  };
  return { child, ended, url, output: () => output };
}

const event = {
  type: 'job.succeeded',
  job: 'job_1',
  seq: 3,
  prevSeq: 2,
  endpoint: 'whk_1',
  data: { status: 'succeeded', note: '\u001b[2J' },
};

async function post(url: string, by: string): Promise<number> {
  const body = JSON.stringify(event);
  const timestampSeconds = Math.floor(Date.now() / 1000);
  const headers = signatureHeaders({ id: 'dlv_1', timestampSeconds, body, secrets: [by] });
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

test('jobwire listen registers itself, verifies, prints what arrives, and takes itself away', async () => {
  const { child, ended, url: waitForUrl, output } = listen('--port', '0');
  const url = await waitForUrl();
  expect(asked.join('\n')).toContain(`POST /v1/webhooks {"url":"${url}","events":["job.*"]`);
  expect([await post(url, secret), await post(url, signing), await post(url, stranger)]).toEqual([204, 204, 400]);
  await expect.poll(output).toContain('REFUSED  Cannot verify the webhook: no signature is by a known secret (dlv_1)');
  expect(output()).toMatch(/✓ job\.succeeded\s+job_1 {2}seq 3 after 2\n\s+\{"status":"succeeded"/);
  expect(output()).toMatch(/job_1 {2}seq 3 after 2 {2}\(again\)\n/);
  expect(output()).not.toContain('whsec_');
  expect(output()).not.toContain('\u001b[2J');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(asked.at(-1)).toContain('DELETE /v1/webhooks/whk_1');
});

test('jobwire listen --json prints what it has verified, one a line', async () => {
  const {
    child,
    ended,
    url: waitForUrl,
    output,
  } = listen('--port', '0', '--json', '--events', 'job.failed,job.succeeded');
  const url = await waitForUrl();
  expect(asked.at(-1)).toContain('"events":["job.failed","job.succeeded"]');
  await post(url, secret);
  await post(url, stranger);
  await expect.poll(output).toContain('REFUSED');
  const lines = output()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  expect(lines.map((line) => JSON.parse(line))).toEqual([event]);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('jobwire listen says so where its port is taken', async () => {
  const { port } = service.address() as AddressInfo;
  const { ended, output } = listen('--port', String(port));
  expect(await ended).toBe(2);
  expect(output()).toContain(`Cannot listen on port ${port}: another program has it, choose another with --port`);
});
