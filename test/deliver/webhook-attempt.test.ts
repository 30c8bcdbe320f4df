import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { GuardOptions } from '../../lambdas/deliver/guarded-fetch.ts';
import { attemptWebhook } from '../../lambdas/deliver/webhook-attempt.ts';
import { selfSigned } from './certificate.ts';
import { listen } from './listen.ts';

const http = (listener: RequestListener) => async () =>
  `http://127.0.0.1:${await listen(createServer(listener))}/hook?key=x`;
const tcp = (onSocket: (socket: Socket) => void) => async () =>
  `http://127.0.0.1:${await listen(createTcpServer(onSocket))}/hook?key=x`;
const tls = async () =>
  `https://127.0.0.1:${await listen(createHttpsServer(selfSigned('receiver.example'), (_, response) => response.end()))}/`;

const timeoutMs = 400;
const notFound = () => Promise.reject(Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' }));

function attempt(url: string, options: GuardOptions = {}) {
  const call = { id: 'dlv_1', url, body: '{"id":"evt_1"}', secrets: ['whsec_AAAA'], nowMs: 1_700_000_000_000 };
  return attemptWebhook(call, { allowLoopback: true, timeoutMs, ...options });
}

interface Row {
  name: string;
  url: () => Promise<string>;
  options?: GuardOptions;
  status?: number;
  error: RegExp;
}

const rows: Row[] = [
  {
    name: 'refuses the connection',
    url: async () => {
      const server = createTcpServer();
      const port = await listen(server);
      await new Promise((resolve) => server.close(resolve));
      return `http://127.0.0.1:${port}/`;
    },
    error: /was refused; nothing listens there/,
  },
  { name: 'hangs before it answers', url: http(() => {}), error: /400 ms ran out while waiting for its answer/ },
  {
    name: 'answers 500',
    url: http((_, response) => response.writeHead(500).end('no')),
    status: 500,
    error: /Answered 500/,
  },
  {
    name: 'answers 429',
    url: http((_, response) => response.writeHead(429).end()),
    status: 429,
    error: /Answered 429/,
  },
  {
    name: 'answers with a redirect',
    url: http((_, response) => response.writeHead(301, { location: 'http://169.254.169.254/' }).end()),
    status: 301,
    error: /Answered 301: redirects are not followed/,
  },
  {
    name: 'answers 410',
    url: http((_, response) => response.writeHead(410).end()),
    status: 410,
    error: /wants nothing any more/,
  },
  {
    name: 'resets the connection',
    url: tcp((socket) => {
      socket.on('data', () => socket.resetAndDestroy());
    }),
    error: /was closed before/,
  },
  {
    name: 'drips a byte a second',
    url: http((_, response) => {
      response.writeHead(200).write('a');
      const drip = setInterval(() => response.write('a'), 100);
      response.on('close', () => clearInterval(drip));
    }),
    error: /400 ms ran out while reading its answer/,
  },
  {
    name: 'closes early',
    url: http((_, response) => {
      response.writeHead(200, { 'content-length': '500' }).write('half');
      setTimeout(() => response.destroy(), 20);
    }),
    error: /was closed before the answer was complete/,
  },
  {
    name: 'speaks no HTTP',
    url: tcp((socket) => {
      socket.on('data', () => socket.end('SSH-2.0-x\r\n\r\n'));
    }),
    error: /is not HTTP/,
  },
  {
    name: 'answers with a head without end',
    url: tcp((socket) => {
      socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(20_000)}`));
    }),
    error: /too large a head/,
  },
  {
    name: 'switches protocols',
    url: tcp((socket) => {
      socket.on('data', () =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
      );
    }),
    error: /switches to another protocol/,
  },
  {
    name: 'has a certificate that nobody trusts',
    url: tls,
    error: /its certificate is (self-signed|for another name|not trusted)/,
  },
  {
    name: 'has no TLS behind https',
    url: async () => (await http((_, response) => response.end())()).replace('http:', 'https:'),
    error: /the TLS handshake failed/,
  },
  {
    name: 'has a name that does not resolve',
    url: async () => 'https://hooks.example.com/x?key=x',
    options: { resolve: notFound },
    error: /its name does not resolve/,
  },
  {
    name: 'has a name that never resolves',
    url: async () => 'https://hooks.example.com/x?key=x',
    options: { resolve: () => new Promise(() => {}) },
    error: /400 ms ran out while looking up its address/,
  },
  {
    name: 'has a name that now resolves to a private address',
    url: async () => 'https://hooks.example.com/x?key=x',
    options: { resolve: async () => [{ address: '10.0.0.7', family: 4 }] },
    error: /it resolves to a private address/,
  },
  {
    name: 'is on this machine, in a deployed stack',
    url: http((_, response) => response.end()),
    options: { allowLoopback: false },
    error: /must begin with https/,
  },
];

it.each(rows)(
  'attemptWebhook() tells in plain words of a receiver that $name',
  async ({ url, options, status, error }) => {
    const startedMs = performance.now();
    const { attempt: made, answer } = await attempt(await url(), options);
    expect(made.error).toMatch(error);
    expect(made.error).not.toContain('key=x');
    expect(made.status).toBe(status);
    expect(answer.status).toBe(status);
    expect(made.atMs).toBe(1_700_000_000_000);
    expect(made.durationMs).toBeGreaterThanOrEqual(0);
    expect(performance.now() - startedMs).toBeLessThan(timeoutMs + 5_000);
  },
);

it('attemptWebhook() reads 1 KiB of an answer of 1 GB, and leaves the rest', async () => {
  let sent = 0;
  const url = http((_, response) => {
    const chunk = Buffer.alloc(65_536, 'a');
    const pump = () => {
      while (sent < 2 ** 30 && !response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', pump);
      }
    };
    pump();
  });
  const { attempt: made } = await attempt(await url());
  expect(made).toMatchObject({ status: 200, body: 'a'.repeat(1024) });
  expect(made.error).toBeUndefined();
  expect(sent).toBeLessThan(2 ** 26);
});

it('attemptWebhook() takes a 2xx without a body', async () => {
  const { attempt: made } = await attempt(await http((_, response) => response.writeHead(204).end())());
  expect(made).toEqual({ atMs: 1_700_000_000_000, durationMs: expect.any(Number), status: 204 });
});
