import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signatureHeaders, webhookSecret } from '../../lambdas/core/webhook-signature.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'jobwire-receivers-'));
cpSync(join(root, 'examples/receivers'), folder, { recursive: true });
const secret = webhookSecret(Buffer.alloc(32, 7));
const job = 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const eventOf = (seq: number, prevSeq = seq - 1) => ({ id: `evt_${seq}`, seq, prevSeq, type: `job.${seq}`, job });

/** The packages of an example, from their registry; false where the runtime or the registry is not there. */
const installed = (command: string, ...args: string[]) =>
  run(command, args, { cwd: folder, timeout: 60_000 }).then(
    () => true,
    () => false,
  );
const [hasNode, hasPython] = await Promise.all([
  installed('npm', 'install', '--no-save', '--no-audit', '--no-fund', 'express@5.3.0', 'standardwebhooks@1.1.1'),
  installed('python3', '-m', 'pip', 'install', '--quiet', '--target', 'packages', 'standardwebhooks==1.1.0'),
]);

let service: Server;
let serviceUrl = '';
/** What receivers asked the service for. */
const asked: string[] = [];
/** How the service answers: so often with 503 first, and then with so many events to a page. */
const answers = { refusals: 0, pageSize: 4 };
const children: ChildProcess[] = [];

beforeAll(async () => {
  service = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    if (answers.refusals > 0) {
      answers.refusals -= 1;
      return response.writeHead(503).end('{}');
    }
    const after = Number(new URL(request.url ?? '', serviceUrl).searchParams.get('after'));
    const events = [2, 3, 4, 5].filter((seq) => seq > after).slice(0, answers.pageSize);
    response.end(JSON.stringify({ events: events.map((seq) => eventOf(seq)) }));
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  serviceUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}/v1`;
});
beforeEach(() => {
  Object.assign(answers, { refusals: 0, pageSize: 4 });
});
afterAll(() => {
  for (const child of children) child.kill();
  service.close();
  rmSync(folder, { recursive: true, force: true });
});

const environment = () => ({ WEBHOOK_SECRET: secret, JOBWIRE_URL: serviceUrl, JOBWIRE_KEY: 'jw_test_x' });

/** A receiver that takes a webhook and answers its status, and what it has printed. */
interface Receiver {
  post(body: string, headers: Record<string, string>): Promise<number>;
  printed(): string;
}

async function startProcess(command: string, file: string): Promise<Receiver> {
  const env = {
    ...process.env,
    ...environment(),
    PORT: String(await freePort()),
    PYTHONPATH: join(folder, 'packages'),
  };
  const child = spawn(command, [file], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  await expect.poll(() => output, { timeout: 10_000 }).toContain('listening');
  return {
    async post(body, headers) {
      const sent = { 'content-type': 'application/json', ...headers };
      return (await fetch(`http://127.0.0.1:${env.PORT}/hook`, { method: 'POST', headers: sent, body })).status;
    },
    printed: () => output,
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Calls the function as a function URL does. */
async function startLambda(): Promise<Receiver> {
  const script = [
    "import { handler } from './lambda.mjs';",
    "import { createInterface } from 'node:readline';",
    "for await (const line of createInterface({ input: process.stdin })) console.log('=', JSON.stringify(await handler(JSON.parse(line))));",
  ].join('\n');
  const options = { cwd: folder, env: { ...process.env, ...environment() } };
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], options);
  children.push(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const answers = () => [...output.matchAll(/^= (.*)$/gm)].map(([, text = '']) => JSON.parse(text));
  return {
    async post(body, headers) {
      const known = answers().length;
      const event = { headers, body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
      child.stdin.write(`${JSON.stringify(event)}\n`);
      await expect.poll(() => answers().length, { timeout: 10_000 }).toBe(known + 1);
      return answers().at(-1).statusCode;
    },
    printed: () => output,
  };
}

const receivers = [
  { name: 'express.mjs', isThere: hasNode, start: () => startProcess(process.execPath, 'express.mjs') },
  { name: 'lambda.mjs', isThere: hasNode, start: startLambda },
  { name: 'receiver.py', isThere: hasPython, start: () => startProcess('python3', 'receiver.py') },
];

/** Sends events of the job as the service does. */
const senderTo =
  (receiver: Receiver) =>
  (seq: number, { id = `dlv_${seq}`, ageSeconds = 0 } = {}) => {
    const body = JSON.stringify(eventOf(seq));
    const timestampSeconds = Math.floor(Date.now() / 1000) - ageSeconds;
    return receiver.post(body, signatureHeaders({ id, timestampSeconds, body, secrets: [secret] }));
  };
const handledBy = (receiver: Receiver) =>
  [...receiver.printed().matchAll(/^job\.(\d)/gm)].map(([, seq]) => Number(seq));

describe.each(receivers)('$name', ({ isThere, start }) => {
  it.skipIf(!isThere)(
    'verifies, refuses what is old, handles each delivery once, and fetches what did not arrive',
    async () => {
      const receiver = await start();
      const send = senderTo(receiver);
      expect(await send(1)).toBe(204);
      expect(await send(1)).toBe(204);
      expect(await send(2, { ageSeconds: 400 })).toBe(400);
      const body = JSON.stringify(eventOf(2));
      const forged = signatureHeaders({
        id: 'dlv_2',
        timestampSeconds: Math.floor(Date.now() / 1000),
        body,
        secrets: [webhookSecret(Buffer.alloc(32, 8))],
      });
      expect(await receiver.post(body, forged)).toBe(400);
      asked.length = 0;
      expect(await send(5)).toBe(204);
      expect(await send(3)).toBe(204);
      expect(asked).toEqual([`/v1/jobs/${job}/events?after=1 Bearer jw_test_x`]);
      expect(handledBy(receiver)).toEqual([1, 2, 3, 4, 5]);
    },
    30_000,
  );

  it.skipIf(!isThere)(
    'loses nothing where what did not arrive cannot be fetched at first, and fetches page after page',
    async () => {
      const receiver = await start();
      const send = senderTo(receiver);
      expect(await send(1)).toBe(204);
      asked.length = 0;
      Object.assign(answers, { refusals: 1, pageSize: 2 });
      expect(await send(5)).toBe(503);
      expect(handledBy(receiver)).toEqual([1]);
      expect(await send(5)).toBe(204);
      expect(handledBy(receiver)).toEqual([1, 2, 3, 4, 5]);
      expect(asked.map((line) => line.split(' ')[0])).toEqual(
        [1, 1, 3].map((after) => `/v1/jobs/${job}/events?after=${after}`),
      );
    },
    30_000,
  );
});
