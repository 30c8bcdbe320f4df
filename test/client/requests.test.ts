import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createClient } from '../../client/create-client.ts';
import type { ClientOptions } from '../../client/types.ts';

const servers: Server[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Scripted {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** `cut`: the connection is destroyed; `never`: no answer comes. */
  fate?: 'cut' | 'never';
}

/** A server that gives one answer after another, the last one for ever, and keeps what it was asked. */
async function scripted(answers: Scripted[], options: Partial<ClientOptions> = {}) {
  const asked: { line: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const listener: RequestListener = async (request, response) => {
    const { status = 200, headers = {}, body = {}, fate } = answers[Math.min(asked.length, answers.length - 1)] ?? {};
    asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body: '' });
    const place = asked.length - 1;
    const sent = await text(request);
    Object.assign(asked[place] ?? {}, { body: sent });
    if (fate === 'cut') return void request.socket.destroy();
    if (fate === 'never') return;
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  };
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}/v1`;
  return { asked, client: createClient({ url: `${url}/`, credential: 'jw_test', ...options }) };
}

const cut: Scripted = { fate: 'cut' };
const busy: Scripted = { status: 503, headers: { 'retry-after': '0' }, body: { code: 'unavailable', detail: 'Busy' } };
const job = { id: 'job_1', type: 'echo', status: 'queued', done: false };

describe('a submit', () => {
  it('is repeated with the same key and body, whatever got in its way', async () => {
    const { asked, client } = await scripted([cut, busy, { status: 502, body: '<h1>Bad gateway</h1>' }, { body: job }]);
    expect(await client.submit('echo', { value: 1 }, { metadata: { of: 'mine' } })).toEqual(job);
    expect(asked).toHaveLength(4);
    expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(new Set(asked.map(({ body }) => body))).toEqual(
      new Set([JSON.stringify({ type: 'echo', input: { value: 1 }, metadata: { of: 'mine' } })]),
    );
  });

  it('has a key of its own each time, or the one that it is given', async () => {
    const { asked, client } = await scripted([{ body: job }]);
    for (const options of [{}, {}, { idempotencyKey: 'mine' }]) await client.submit('echo', 1, options);
    const keys = asked.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(3);
    expect(keys[2]).toBe('mine');
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is given up after as many repeats as are allowed', async () => {
    const { asked, client } = await scripted([cut], { retries: 1 });
    await expect(client.submit('echo', 1)).rejects.toMatchObject({ name: 'NetworkError' });
    expect(asked).toHaveLength(2);
  });

  it('asks to wait where it is told to, but not again where that failed', async () => {
    const { asked, client } = await scripted([cut, { body: job }]);
    await client.submit('echo', 1, { waitSeconds: 5 });
    expect(asked.map(({ headers }) => headers.prefer)).toEqual(['wait=5', undefined]);
  });
});

describe('request()', () => {
  it('repeats what may be repeated, and no POST that may not', async () => {
    const { asked, client } = await scripted([cut, { body: { items: [] } }]);
    expect(await client.request('GET', '/webhooks', { query: { limit: 5, page: undefined } })).toEqual({ items: [] });
    expect(asked.map(({ line }) => line)).toEqual(Array(2).fill('GET /v1/webhooks?limit=5'));
    const posts = await scripted([cut]);
    await expect(posts.client.request('POST', '/webhooks', { body: {} })).rejects.toMatchObject({
      name: 'NetworkError',
    });
    expect(posts.asked).toHaveLength(1);
  });

  it('repeats a POST that was refused for its rate, as soon as it may', async () => {
    const limited = { status: 429, headers: { 'retry-after': '1' }, body: { code: 'rate-limited', detail: 'Slow' } };
    const { asked, client } = await scripted([limited, { body: 1 }]);
    const startMs = Date.now();
    await client.request('POST', '/webhooks', { body: {} });
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(1_000);
    expect(asked).toHaveLength(2);
  });

  it('does not wait for what is too far away', async () => {
    const { asked, client } = await scripted([{ ...busy, headers: { 'retry-after': '3600' } }]);
    await expect(client.get('job_1')).rejects.toMatchObject({ status: 503, retryAfterMs: 3_600_000 });
    expect(asked).toHaveLength(1);
  });

  it('throws all that a problem document says', async () => {
    const problem = {
      type: 'https://api.example/v1/problems/invalid-input',
      title: 'Invalid input',
      status: 422,
      code: 'invalid-input',
      detail: 'Cannot take the input: see errors',
      requestId: 'r1',
      errors: [{ pointer: '/input/steps', detail: 'must be at least 1' }],
    };
    const { asked, client } = await scripted([{ status: 422, body: problem }]);
    await expect(client.submit('echo', 1)).rejects.toMatchObject({
      name: 'ApiError',
      message: problem.detail,
      ...problem,
    });
    expect(asked).toHaveLength(1);
  });

  it.each([
    [
      'a page of a proxy, refused',
      { status: 403, body: '<h1>Forbidden</h1>' },
      { name: 'ApiError', status: 403, code: undefined },
    ],
    ['a page of a proxy, as if it were the answer', { body: '<h1>Sign in</h1>' }, { name: 'NetworkError' }],
    ['a problem of somebody else', { status: 404, body: { message: 'no' } }, { name: 'ApiError', code: undefined }],
    ['no JSON object', { status: 404, body: null }, { name: 'ApiError', status: 404 }],
  ])('tells %s', async (_, answer, error) => {
    const { client } = await scripted([answer], { retries: 0 });
    await expect(client.get('job_1')).rejects.toMatchObject(error);
  });

  it('ends at its time with a TimeoutError, and at once with the reason of its signal', async () => {
    const { client } = await scripted([{ fate: 'never' }], { retries: 0 });
    await expect(client.get('job_1', { timeoutMs: 50 })).rejects.toMatchObject({ name: 'TimeoutError', timeoutMs: 50 });
    const reason = new Error('enough');
    await expect(client.get('job_1', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const control = new AbortController();
    setTimeout(() => control.abort(reason), 50);
    await expect(client.submit('echo', 1, { signal: control.signal })).rejects.toBe(reason);
  });

  it('encodes what goes into an address', async () => {
    const { asked, client } = await scripted([{ body: job }]);
    await client.get('../webhooks?x');
    expect(asked[0]?.line).toBe('GET /v1/jobs/..%2Fwebhooks%3Fx');
  });
});

describe('a credential', () => {
  const unauthorized: Scripted = { status: 401, body: { code: 'unauthorized', detail: 'Expired' } };

  it('of a function is asked for once, and again where it was refused', async () => {
    const given = ['first', 'second'];
    let calls = 0;
    const { asked, client } = await scripted([{ body: job }, unauthorized, { body: job }], {
      credential: async () => given[calls++] ?? 'more',
    });
    await client.get('job_1');
    await client.get('job_1');
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer first',
      'Bearer second',
    ]);
    expect(calls).toBe(2);
  });

  it('that is refused for good is an ApiError', async () => {
    const { asked, client } = await scripted([unauthorized], { credential: () => 'always' });
    await expect(client.get('job_1')).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
    expect(asked).toHaveLength(2);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('signed out');
      },
    ],
    ['rejects', () => Promise.reject(new Error('signed out'))],
  ])('that cannot be had is a NetworkError with what its function %s', async (_, credential) => {
    const { asked, client } = await scripted([{}], { credential, retries: 0 });
    await expect(client.get('job_1')).rejects.toMatchObject({
      name: 'NetworkError',
      message: 'Cannot get the credential: signed out',
      cause: { message: 'signed out' },
    });
    expect(asked).toEqual([]);
  });

  it('that does not come ends no later than the call, and is asked for anew once it hangs', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    let calls = 0;
    const { client } = await scripted([{ body: job }], {
      credential: () => (++calls < 2 ? new Promise<string>(() => undefined) : 'late'),
      retries: 0,
    });
    await expect(client.get('job_1', { timeoutMs: 50 })).rejects.toMatchObject({ name: 'TimeoutError', timeoutMs: 50 });
    vi.advanceTimersByTime(19_000);
    const reason = new Error('enough');
    const control = new AbortController();
    setTimeout(() => control.abort(reason), 50);
    await expect(client.get('job_1', { signal: control.signal })).rejects.toBe(reason);
    expect(calls).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(await client.get('job_1')).toEqual(job);
    expect(calls).toBe(2);
  });

  it('that cannot be had for a while does not end events', async () => {
    let calls = 0;
    const event = { seq: 1, prevSeq: 0, type: 'job.succeeded', data: {} };
    const { client } = await scripted([{ body: { events: [event], cursor: 1, done: true } }], {
      credential: () => (++calls < 3 ? Promise.reject(new Error('the token server is away')) : 'here'),
    });
    const events = await Array.fromAsync(client.events('job_1', { channels: ['long-poll'] }));
    expect(events).toEqual([event]);
  });
});

describe('output()', () => {
  const done = { ...job, status: 'succeeded', done: true };

  /** An address that gives an output bit by bit, for longer than the client's `timeoutMs`. */
  async function drippingAddress(): Promise<string> {
    const server = createServer(async (_, response) => {
      for (const bit of ['[', '1', ',', '2', ']']) {
        response.write(bit);
        await pause(50);
      }
      response.end();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return `http://localhost:${(server.address() as AddressInfo).port}/output`;
  }

  it('of a large one takes as long as its address is good for, unless the call says otherwise', async () => {
    const outputUrl = await drippingAddress();
    const { client } = await scripted([{ body: { ...done, outputUrl } }], { timeoutMs: 100, retries: 0 });
    expect(await client.output({ ...done, outputUrl } as never)).toEqual([1, 2]);
    expect(await client.output(done as never)).toEqual([1, 2]);
    await expect(client.output({ ...done, outputUrl } as never, { timeoutMs: 100 })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});

describe('cancel()', () => {
  const over: Scripted = { status: 409, body: { code: 'job-done', detail: 'Over' } };
  const canceled = { body: { ...job, status: 'canceled' } };

  it('takes a job that its own lost request has canceled for canceled', async () => {
    const { asked, client } = await scripted([cut, over, canceled]);
    expect((await client.cancel('job_1')).status).toBe('canceled');
    expect(asked.at(-1)?.line).toBe('GET /v1/jobs/job_1');
  });

  it.each([
    ['that was over before', [over, canceled]],
    ['that ended in another way meanwhile', [cut, over, { body: { ...job, status: 'succeeded' } }]],
  ])('refuses a job %s', async (_, answers: Scripted[]) => {
    const { client } = await scripted(answers);
    await expect(client.cancel('job_1')).rejects.toMatchObject({ code: 'job-done' });
  });
});
