import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signatureHeaders, webhookSecret } from '../../lambdas/core/webhook-signature.ts';

const folder = mkdtempSync(join(tmpdir(), 'jobwire-listen-'));
const state = join(folder, 'local.json');
const secret = webhookSecret(Buffer.alloc(32, 1));
const signing = webhookSecret(Buffer.alloc(32, 2));
const asked: string[] = [];
const children: ChildProcess[] = [];
let service: Server;

beforeAll(async () => {
  service = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url} ${await text(request)}`);
    const answers: Record<string, object> = {
      '/v1/webhooks': { id: 'whk_1', secret },
      '/v1/signing-secret': { secret: signing },
    };
    response.end(JSON.stringify(answers[request.url ?? ''] ?? {}));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const rest = `http://127.0.0.1:${(service.address() as AddressInfo).port}/v1`;
  writeFileSync(state, JSON.stringify({ rest, key: 'jw_local_x', pid: process.pid }));
});
afterAll(() => {
  for (const child of children) child.kill();
  service.close();
  rmSync(folder, { recursive: true, force: true });
});

function listen(stateFile: string, ...args: string[]) {
  const env = { ...process.env, JOBWIRE_STATE: stateFile };
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../dev/listen.ts'), ...args], { env });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, ended, output: () => output };
}

it('npm run listen registers itself, verifies, prints what arrives, and takes itself away', async () => {
  const { child, ended, output } = listen(state, '--port', '0');
  await expect.poll(output, { timeout: 10_000 }).toContain('Listening on');
  const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(output())?.[0] ?? '';
  expect(asked[0]).toContain(`"url":"${url}","events":["job.*"]`);
  const body = JSON.stringify({
    type: 'job.succeeded',
    job: 'job_1',
    seq: 3,
    prevSeq: 2,
    data: { status: 'succeeded' },
  });
  const post = async (by: string) => {
    const timestampSeconds = Math.floor(Date.now() / 1000);
    const headers = signatureHeaders({ id: 'dlv_1', timestampSeconds, body, secrets: [by] });
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  expect([await post(secret), await post(signing), await post(webhookSecret(Buffer.alloc(32, 3)))]).toEqual([
    204, 204, 400,
  ]);
  await expect.poll(output).toContain('REFUSED');
  expect(output()).toMatch(/job\.succeeded\s+job_1 {2}seq 3 after 2\n/);
  expect(output()).toMatch(/job_1 {2}seq 3 after 2 {2}\(again\)\n/);
  expect(output()).toContain('{"status":"succeeded"}');
  expect(output()).not.toContain('whsec_');
  child.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(asked.at(-1)).toContain('DELETE /v1/webhooks/whk_1');
});

it.each([
  [join(folder, 'none.json'), '0', 'Cannot find the local server: it must run, start it with `npm start`'],
  [state, 'abc', 'Cannot listen on abc: --port must be a number from 0 to 65535'],
])('npm run listen with the state %s and the port %s says what is wrong', async (file, port, message) => {
  const { ended, output } = listen(file, '--port', port);
  expect(await ended).toBe(1);
  expect(output().trim()).toBe(message);
});
