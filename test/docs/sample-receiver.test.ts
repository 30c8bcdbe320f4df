import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signatureHeaders, webhookSecret } from '../../lambdas/core/webhook-signature.ts';
import { readPage, root } from './page.ts';

const folder = mkdtempSync(join(tmpdir(), 'jobwire-receiver-'));
const secret = webhookSecret(Buffer.alloc(32, 7));
let port = 0;
let child: ChildProcess | undefined;

beforeEach(async () => {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  ({ port } = probe.address() as AddressInfo);
  await new Promise((resolve) => probe.close(resolve));
});
afterEach(() => {
  child?.kill();
  rmSync(folder, { recursive: true });
});

/** Starts the receiver that `docs/webhooks.md` shows; returns what it has printed so far. */
function start(): () => string {
  const block = readPage('docs/webhooks.md').blocks.find(({ file }) => file === 'receive-webhooks.ts');
  const client = pathToFileURL(join(root, 'client/index.ts')).href;
  const file = join(folder, 'receive-webhooks.mts');
  writeFileSync(file, (block?.text ?? '').replace("'./client/index.ts'", `'${client}'`));
  child = spawn(process.execPath, [file], { env: { ...process.env, WEBHOOK_SECRET: secret, PORT: String(port) } });
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text) => {
    printed += text;
  });
  return () => printed;
}

test('the receiver of docs/webhooks.md outlives a sender that leaves half-way', async () => {
  const printed = start();
  await expect.poll(printed).toContain('Receiving on');
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123', () => socket.destroy());
    });
    socket.on('close', () => resolve());
  });
  const body = JSON.stringify({ id: 'evt_1', type: 'job.succeeded', job: 'job_1', data: {} });
  const headers = signatureHeaders({
    id: 'dlv_1',
    timestampSeconds: Math.floor(Date.now() / 1000),
    body,
    secrets: [secret],
  });
  // It has closed, but its other end may not have heard of it yet.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const { status } = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
  expect(status).toBe(204);
  await expect.poll(printed).toContain('job.succeeded job_1');
});
