import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { serveRestApi } from './serve-rest-api.ts';

const megabyte = 1024 * 1024;
const echoLength = { POSTjobs: ({ body }: { body: string | null }) => ({ body: String(body?.length ?? 0) }) };

/** Sends `bytes` zeros in chunks, with or without their announcement, until an answer comes or all are sent. */
function upload(url: string, { bytes, announced }: { bytes: number; announced: boolean }) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; sent: number; body: string }>();
  const headers: Record<string, string> = announced ? { 'content-length': String(bytes) } : {};
  const sending = request(url, { method: 'POST', headers, agent: false });
  let sent = 0;
  let isOver = false;
  const chunk = Buffer.alloc(64 * 1024, 0x30);
  const send = () => {
    while (sent < bytes && !isOver) {
      sent += chunk.length;
      if (!sending.write(chunk)) return;
    }
    if (sent >= bytes) sending.end();
  };
  sending.on('drain', send);
  sending.on('response', (response) => {
    isOver = true;
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    response.on('end', () => {
      sending.destroy();
      resolve({ status: response.statusCode ?? 0, sent, body: Buffer.concat(parts).toString() });
    });
  });
  sending.on('error', reject);
  send();
  return promise;
}

describe('a body', () => {
  test('of 10 MB and a byte is refused with 413', async () => {
    const { url, requests } = await serveRestApi({ methods: { 'POST /jobs': {} }, functions: echoLength });
    const response = await fetch(`${url}/jobs`, { method: 'POST', body: Buffer.alloc(10 * megabyte + 1) });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: 'HTTP content length exceeded 10485760 bytes.' });
    expect(response.headers.get('x-amzn-errortype')).toBe('RequestTooLargeException');
    await expect.poll(() => requests).toMatchObject([{ status: 413, path: '/v1/jobs' }]);
  });

  test.each([true, false])('of 200 MB is refused early and never held (announced: %s)', async (announced) => {
    const { url } = await serveRestApi({ methods: { 'POST /jobs': {} }, functions: echoLength });
    const before = process.memoryUsage().rss;
    const { status, sent, body } = await upload(`${url}/jobs`, { bytes: 200 * megabyte, announced });
    expect(status).toBe(413);
    expect(body).toContain('HTTP content length exceeded');
    expect(sent).toBeLessThan(100 * megabyte);
    expect(process.memoryUsage().rss - before).toBeLessThan(120 * megabyte);
    const after = await fetch(`${url}/jobs`, { method: 'POST', body: 'x' });
    expect(await after.text()).toBe('1');
  });

  test('over what a function takes as its event is refused with 413', async () => {
    const { url } = await serveRestApi({ methods: { 'POST /jobs': {} }, functions: echoLength });
    const fits = await fetch(`${url}/jobs`, { method: 'POST', body: 'x'.repeat(6 * megabyte - 10_000) });
    expect(fits.status).toBe(200);
    // Quotes double in JSON.
    const doubled = await fetch(`${url}/jobs`, { method: 'POST', body: '"'.repeat(3 * megabyte) });
    expect([doubled.status, await doubled.json()]).toEqual([413, { message: 'Request Too Long' }]);
  });

  test('that breaks off is nobody’s error', async () => {
    const { url, port, lines } = await serveRestApi({ methods: { 'POST /jobs': {} }, functions: echoLength });
    const sending = request({ port, path: '/v1/jobs', method: 'POST', headers: { 'content-length': '100' } });
    sending.on('error', () => undefined);
    sending.write('half');
    await sleep(30);
    sending.destroy();
    await sleep(30);
    expect(lines).toEqual([]);
    expect((await fetch(`${url}/jobs`, { method: 'POST', body: 'x' })).status).toBe(200);
  });
});

describe('an answer', () => {
  test('over what a function may answer is a 502', async () => {
    const functions = { GETjobs: () => ({ body: 'x'.repeat(6_291_556) }) };
    const { url, requests } = await serveRestApi({ methods: { 'GET /jobs': {} }, functions });
    const response = await fetch(`${url}/jobs`);
    expect([response.status, await response.json()]).toEqual([502, { message: 'Internal server error' }]);
    expect(requests[0]?.note).toContain('6291556 bytes');
  });

  test('just under it passes', async () => {
    const functions = { GETjobs: () => ({ body: 'x'.repeat(6_291_000) }) };
    const { url } = await serveRestApi({ methods: { 'GET /jobs': {} }, functions });
    expect((await (await fetch(`${url}/jobs`)).text()).length).toBe(6_291_000);
  });

  test('that takes longer than the integration waits is a 504', async () => {
    const functions = { GETjobs: () => new Promise(() => undefined) };
    const { url } = await serveRestApi({ methods: { 'GET /jobs': { timeoutMs: 50 } }, functions });
    const response = await fetch(`${url}/jobs`);
    expect([response.status, await response.json()]).toEqual([504, { message: 'Endpoint request timed out' }]);
  });

  const failures: [name: string, error: Error, status: number][] = [
    ['a throw', new Error('secret detail'), 502],
    ['a timeout of its own', Object.assign(new Error('Task timed out'), { name: 'Sandbox.Timedout' }), 502],
    ['a throttled call', Object.assign(new Error('Rate Exceeded'), { name: 'TooManyRequestsException' }), 500],
  ];
  test.each(failures)('of a function that fails with %s shows no detail', async (_, error, status) => {
    const functions = { GETjobs: () => Promise.reject(error) };
    const { url, requests } = await serveRestApi({ methods: { 'GET /jobs': {} }, functions });
    const response = await fetch(`${url}/jobs`);
    expect([response.status, await response.json()]).toEqual([status, { message: 'Internal server error' }]);
    expect(requests[0]?.note).toContain(error.message);
  });
});

describe('the throttle of the stage', () => {
  const MethodSettings = [
    { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 10, ThrottlingBurstLimit: 3 },
    { HttpMethod: 'POST', ResourcePath: '/~1jobs~1{id}', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 },
  ];
  const methods = { 'GET /jobs': {}, 'GET /': {}, 'POST /jobs/{id}': {} };
  const functions = { GETjobs: () => ({}), GET: () => ({}), POSTjobsid: () => ({}) };

  test('answers 429 past the burst, and fills up with time', async () => {
    const clock = { nowMs: 0 };
    const now = () => clock.nowMs;
    const { url } = await serveRestApi({ methods, functions, stage: { MethodSettings }, now });
    const statuses = async (count: number, path = '/jobs', method = 'GET') => {
      const all: number[] = [];
      for (let index = 0; index < count; index++) all.push((await fetch(`${url}${path}`, { method })).status);
      return all;
    };
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    expect(await statuses(1, '')).toEqual([200]);
    expect(await statuses(2, '/jobs/1', 'POST')).toEqual([200, 429]);
    clock.nowMs += 200;
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect(await statuses(1, '/jobs/1', 'POST')).toEqual([429]);
    clock.nowMs += 60_000;
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
  });

  test('answers as THROTTLED', async () => {
    const stage = { MethodSettings: [{ ...MethodSettings[0], ThrottlingBurstLimit: 0 }] };
    const { url } = await serveRestApi({ methods, functions, stage });
    const response = await fetch(`${url}/jobs`);
    expect([response.status, await response.json()]).toEqual([429, { message: 'Too Many Requests' }]);
    expect(response.headers.get('x-amzn-errortype')).toBe('TooManyRequestsException');
  });
});
