import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import linkCheck from '../../jobs/link-check.ts';
import { guardedFetch } from '../../lambdas/deliver/guarded-fetch.ts';
import { runJob } from './support/run-context.ts';

let inFlight = 0;
let mostInFlight = 0;

const answers: Record<string, RequestListener> = {
  '/ok': (_request, response) => response.end('ok'),
  '/gone': (_request, response) => response.writeHead(404).end(),
  '/once': (_request, response) => response.writeHead(301, { location: '/ok' }).end(),
  '/loop': (_request, response) => response.writeHead(302, { location: '/loop' }).end(),
  '/inside': (_request, response) =>
    response.writeHead(302, { location: 'https://169.254.169.254/latest/meta-data/' }).end(),
  '/nowhere': (_request, response) => response.writeHead(300).end(),
  '/reset': (request) => request.socket.resetAndDestroy(),
  '/endless': (_request, response) => response.write('x'),
  '/slow': (_request, response) => setTimeout(() => response.end(), 20),
};

const server = createServer((request, response) => {
  mostInFlight = Math.max(mostInFlight, ++inFlight);
  response.on('close', () => inFlight--);
  answers[URL.parse(request.url ?? '', 'http://x')?.pathname ?? '']?.(request, response);
});
let address = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const fetch: Parameters<typeof runJob>[2] = {
  fetch: (url, request) => guardedFetch(url, request, { allowLoopback: true }),
};
const check = async (paths: string[]) =>
  runJob(linkCheck, { urls: paths.map((path) => URL.parse(path, address)?.href ?? path) }, fetch);

describe('link-check', () => {
  it.each([
    ['/ok', { ok: true, status: 200, redirects: [] }],
    ['/gone', { ok: false, status: 404 }],
    ['/endless', { ok: true, status: 200 }],
    ['/nowhere', { ok: false, status: 300, redirects: [] }],
    ['/loop', { ok: false, status: 302, error: 'Cannot follow it further: it redirects more than 10 times' }],
    ['/reset', { ok: false, error: expect.stringMatching(/closed before the answer/) }],
    ['https://10.0.0.1/', { ok: false, error: expect.stringMatching(/a private address/) }],
    ['ftp://example.com/', { ok: false, error: expect.stringMatching(/it must begin with https:/) }],
  ])('reports %s', async (path, link) => {
    const { output } = await check([path]);
    expect(output.links).toMatchObject([link]);
    expect(output.links[0]?.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('follows redirects, and guards each hop anew', async () => {
    const { output } = await check(['/once', '/inside']);
    expect(output.links[0]).toMatchObject({ ok: true, status: 200, redirects: [`${address}/ok`] });
    expect(output.links[1]).toMatchObject({
      ok: false,
      redirects: ['https://169.254.169.254/latest/meta-data/'],
      error: expect.stringMatching(/a cloud metadata address/),
    });
    expect(output.links[1]?.status).toBeUndefined();
  });

  it('keeps the order of the URLs, counts them, and tells its progress', async () => {
    const { output, progress } = await check(['/slow', '/ok', '/gone']);
    expect(output.links.map(({ url }) => url)).toEqual(['/slow', '/ok', '/gone'].map((path) => address + path));
    expect(output).toMatchObject({ ok: 2, broken: 1 });
    expect(progress).toHaveLength(3);
    expect(progress.at(-1)).toEqual({ percent: 100, message: '3 of 3 links' });
  });

  it('asks for at most 10 at a time', async () => {
    mostInFlight = 0;
    const { output } = await check(Array.from({ length: 60 }, (_, n) => `/slow?${n}`));
    expect(output.ok).toBe(60);
    expect(mostInFlight).toBeGreaterThan(1);
    expect(mostInFlight).toBeLessThanOrEqual(10);
  });

  it('ends when it is told to stop', async () => {
    const reason = new Error('canceled');
    const run = runJob(linkCheck, { urls: [`${address}/slow`] }, { ...fetch, signal: AbortSignal.abort(reason) });
    await expect(run).rejects.toBe(reason);
  });

  it('wants 1 to 200 URLs', () => {
    expect(linkCheck.input.safeParse({ urls: [] }).success).toBe(false);
    expect(linkCheck.input.safeParse({ urls: Array(201).fill('https://example.com/') }).success).toBe(false);
  });
});
