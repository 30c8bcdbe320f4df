import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { StreamMetadata } from '../../../dev/lambda/invoke.ts';
import { serveRestApi } from './serve-rest-api.ts';

const methods = { 'GET /events': { streamed: true, timeoutMs: 900_000 } };

/** A stream that the test writes by hand. `asked` counts how often the reader wanted more. */
function handStream() {
  const waiting: PromiseWithResolvers<IteratorResult<Uint8Array>>[] = [];
  const ready: PromiseWithResolvers<IteratorResult<Uint8Array>>[] = [];
  const slot = (from: typeof waiting, to: typeof waiting) => {
    const found = from.shift();
    if (found !== undefined) return found;
    const made = Promise.withResolvers<IteratorResult<Uint8Array>>();
    made.promise.catch(() => undefined);
    to.push(made);
    return made;
  };
  const stream = {
    asked: 0,
    isReturned: false,
    write: (text: string) => slot(waiting, ready).resolve({ done: false, value: Buffer.from(text) }),
    end: () => slot(waiting, ready).resolve({ done: true, value: undefined }),
    fail: (error: Error) => slot(waiting, ready).reject(error),
    body: {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          stream.asked += 1;
          return slot(ready, waiting).promise;
        },
        return: async () => {
          stream.isReturned = true;
          return { done: true as const, value: undefined };
        },
      }),
    },
  };
  return stream;
}

function serveStream(metadata: StreamMetadata, options: Partial<Parameters<typeof serveRestApi>[0]> = {}) {
  const stream = handStream();
  const events: unknown[] = [];
  const served = serveRestApi({
    methods,
    invokeStreaming: async (_, event) => {
      events.push(event);
      return { metadata, body: stream.body };
    },
    ...options,
  });
  return served.then((server) => ({ ...server, stream, events }));
}

const ok = { statusCode: 200, headers: { 'Content-Type': 'text/event-stream' } };

describe('streamAnswer()', () => {
  test('sends the head at once and each part as it is written', async () => {
    const { url, stream, events } = await serveStream({ ...ok, cookies: ['a=1', 'b=2'] });
    const response = await fetch(`${url}/events?after=3`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'x-amzn-requestid': expect.any(String),
      'transfer-encoding': 'chunked',
    });
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    const reader = response.body?.getReader();
    const read = async () => Buffer.from((await reader?.read())?.value ?? []).toString();
    stream.write('id: 1\n\n');
    expect(await read()).toBe('id: 1\n\n');
    stream.write('id: 2\n\n');
    expect(await read()).toBe('id: 2\n\n');
    stream.end();
    expect((await reader?.read())?.done).toBe(true);
    expect(events[0]).toMatchObject({ resource: '/events', queryStringParameters: { after: '3' } });
  });

  test('answers 204 without a body, though the function writes an empty chunk', async () => {
    const { url, stream } = await serveStream({ statusCode: 204 });
    const pending = fetch(`${url}/events`);
    stream.write('');
    stream.end();
    const response = await pending;
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  test('answers 502 where the function fails before its metadata', async () => {
    const invokeStreaming = () => Promise.reject(new Error('secret detail'));
    const { url } = await serveRestApi({ methods, invokeStreaming });
    const response = await fetch(`${url}/events`);
    expect([response.status, await response.json()]).toEqual([502, { message: 'Internal server error' }]);
  });

  const wrong: [name: string, metadata: unknown][] = [
    ['a status that is none', { statusCode: 'ok' }],
    ['no status', {}],
    ['headers that are none', { statusCode: 200, headers: ['a'] }],
    ['a header with a line break', { statusCode: 200, headers: { a: 'b\nc' } }],
  ];
  test.each(wrong)('answers 502 for metadata with %s', async (_, metadata) => {
    const { url } = await serveStream(metadata as StreamMetadata);
    expect((await fetch(`${url}/events`)).status).toBe(502);
  });

  test('answers 504 where no metadata comes in time', async () => {
    const invokeStreaming = () => new Promise<never>(() => undefined);
    const { url } = await serveRestApi({
      methods: { 'GET /events': { streamed: true, timeoutMs: 50 } },
      invokeStreaming,
    });
    expect((await fetch(`${url}/events`)).status).toBe(504);
  });

  test('cuts the connection where the function fails half-way', async () => {
    const { url, stream, requests } = await serveStream(ok);
    const response = await fetch(`${url}/events`);
    stream.write('half');
    stream.fail(new Error('secret detail'));
    await expect(response.text()).rejects.toThrow();
    await expect.poll(() => requests[0]?.note).toContain('broke off');
  });

  const silences: [name: string, timeoutMs: number, streamIdleTimeoutMs: number][] = [
    ['falls silent', 900_000, 60],
    ['lasts longer than its integration waits', 60, 300_000],
  ];
  test.each(silences)('cuts the connection where the stream %s', async (_, timeoutMs, streamIdleTimeoutMs) => {
    const { url, stream } = await serveStream(ok, {
      methods: { 'GET /events': { streamed: true, timeoutMs } },
      limits: { streamIdleTimeoutMs },
    });
    const response = await fetch(`${url}/events`);
    stream.write('half');
    await expect(response.text()).rejects.toThrow();
    await expect.poll(() => stream.isReturned).toBe(true);
  });

  test('stops reading where the client leaves, without a word to the function', async () => {
    const { url, stream, requests } = await serveStream(ok);
    const abort = new AbortController();
    const response = await fetch(`${url}/events`, { signal: abort.signal });
    stream.write('1');
    await response.body?.getReader().read();
    abort.abort();
    await expect.poll(() => stream.isReturned).toBe(true);
    await expect.poll(() => requests[0]?.note).toContain('the client left');
    expect(stream.asked).toBe(2);
  });

  test('reads no faster than the client', async () => {
    let produced = 0;
    async function* endless() {
      while (produced < 1000) {
        produced += 1;
        yield Buffer.alloc(256 * 1024);
      }
    }
    const { port } = await serveRestApi({
      methods,
      invokeStreaming: async () => ({ metadata: ok, body: endless() }),
    });
    const getting = request({ port, path: '/v1/events', agent: false });
    getting.on('response', (response) => response.pause());
    getting.on('error', () => undefined);
    getting.end();
    await expect.poll(() => produced).toBeGreaterThan(0);
    await sleep(300);
    expect(produced).toBeLessThan(200);
    getting.destroy();
  });
});
