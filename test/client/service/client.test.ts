import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ChannelName, type ChannelNews, type ClientOptions, createClient } from '../../../client/index.ts';
import type { Job, Json } from '../../../protocol/types.ts';
import { type BlockingProxy, type Blocks, startBlockingProxy } from '../../support/blocking-proxy.ts';

const { rest, key } = inject('server');
const proxies: BlockingProxy[] = [];
afterEach(() => {
  for (const proxy of proxies.splice(0)) proxy.stop();
});

/** A client behind a proxy, with the channels that it got through on. */
async function open(blocks: Blocks = {}, options: Partial<ClientOptions> = {}) {
  const proxy = await startBlockingProxy(rest, blocks);
  proxies.push(proxy);
  const used = new Set<ChannelName>();
  const client = createClient({
    url: proxy.url,
    credential: key,
    connectTimeoutMs: 6_000,
    onChannel: ({ channel, state }) => state === 'open' && used.add(channel),
    ...options,
  });
  return { client, proxy, used };
}

let client: Awaited<ReturnType<typeof open>>['client'];
beforeAll(() => {
  client = createClient({ url: rest, credential: key });
});

describe('run()', () => {
  it.each<[string, string, Json, Json]>([
    ['small', 'echo', { value: [1, 'é', null] }, { value: [1, 'é', null] }],
    ['in the bucket', 'echo', { value: 'x'.repeat(100_000) }, { value: 'x'.repeat(100_000) }],
  ])('gives an output that is %s', async (_, type, input, output) => {
    expect(await client.run(type, input)).toEqual(output);
    expect(await client.run(type, input, { onEvent: () => {} })).toEqual(output);
  });

  it('costs one request where the job is quick and nobody listens', async () => {
    const { client, proxy } = await open();
    await client.run('echo', { value: 1 });
    expect(proxy.seen).toEqual(['POST /v1/jobs']);
  });

  it('tells the events on the way, whole', async () => {
    const seqs: number[] = [];
    const parts: Json[] = [];
    const output = await client.run(
      'stream',
      { parts: 3, intervalMs: 0, bytes: 40_000 },
      {
        onEvent: (event) => {
          seqs.push(event.seq);
          if (event.type === 'job.output') parts.push(event.data.part);
        },
      },
    );
    expect(output).toEqual({ parts: 3 });
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    expect(parts.map((part) => String(Object(part).text).length)).toEqual([40_000, 40_000, 40_000]);
  });

  it('throws the job where it fails', async () => {
    await expect(client.run('flaky', { failures: 1, final: true })).rejects.toMatchObject({
      name: 'JobFailedError',
      message: expect.stringMatching(/^Job job_\w+ of type flaky ended as failed: /),
      job: { status: 'failed', done: true, type: 'flaky' },
    });
  });

  it('ends with a TimeoutError at its time, or with the reason of its signal', async () => {
    const input = { value: 1, delayMs: 20_000 };
    for (const onEvent of [undefined, () => {}]) {
      const options = onEvent ? { onEvent } : {};
      await expect(client.run('echo', input, { timeoutMs: 800, ...options })).rejects.toMatchObject({
        name: 'TimeoutError',
        timeoutMs: 800,
      });
      const signal = AbortSignal.timeout(500);
      await expect(client.run('echo', input, { signal, ...options })).rejects.toMatchObject({ name: 'TimeoutError' });
    }
  });
});

describe('jobs', () => {
  it('are submitted, read, listed, canceled and retried', async () => {
    const metadata = { of: `${Math.random()}` };
    const job = await client.submit('echo', { value: 1 }, { delaySeconds: 600, metadata });
    expect(await client.get(job.id)).toMatchObject({ id: job.id, status: 'queued', input: { value: 1 }, metadata });
    const { items } = await client.list({ type: 'echo', status: 'queued', limit: 5 });
    expect(items.map(({ id }) => id)).toContain(job.id);
    expect(await client.cancel(job.id)).toMatchObject({ status: 'canceled' });
    await expect(client.cancel(job.id)).rejects.toMatchObject({ code: 'job-done' });
    expect(await client.wait(job.id)).toMatchObject({ status: 'canceled', done: true });
    const again = await client.retry(job.id);
    expect(again.links.retryOf).toContain(job.id);
    expect((await client.retry(job.id)).id).toBe(again.id);
    expect((await client.retry(job.id, { idempotencyKey: metadata.of })).id).not.toBe(again.id);
    expect(await client.output(await client.wait(again.id))).toEqual({ value: 1 });
    await expect(client.output(await client.get(job.id))).rejects.toMatchObject({ name: 'JobFailedError' });
  });

  it('are listed over all pages, each once', async () => {
    const ids = await Promise.all(
      Array.from({ length: 7 }, async () => (await client.submit('echo', { value: 1 })).id),
    );
    const listed: string[] = [];
    for await (const { id } of client.listAll({ type: 'echo', limit: 3 })) {
      listed.push(id);
      if (ids.every((each) => listed.includes(each))) break;
    }
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toEqual(expect.arrayContaining(ids));
  });

  it('take uploads of any form', async () => {
    const text = 'a,b\n1,2\n';
    const bytes = new TextEncoder().encode(text);
    for (const data of [text, bytes, bytes.buffer, new Blob([text], { type: 'text/csv' })]) {
      expect(await client.run('csv-profile', { csv: await client.upload(data) })).toMatchObject({ rows: 1 });
    }
  });

  it('come with their types and the service', async () => {
    expect((await client.types()).map(({ name }) => name)).toContain('countdown');
    expect(await client.service()).toMatchObject({ name: expect.any(String), links: { events: expect.any(String) } });
    expect(await client.request('GET', '/webhooks')).toHaveProperty('items');
  });
});

describe('events()', () => {
  const ways: [Blocks, ChannelName][] = [
    [{}, 'websocket'],
    [{ webSocket: 'refuse' }, 'sse'],
    [{ webSocket: 'hang' }, 'sse'],
    [{ webSocket: 'refuse', stream: 'refuse' }, 'long-poll'],
    [{ webSocket: 'refuse', stream: 'hang' }, 'long-poll'],
    [{ webSocket: 'refuse', stream: 'refuse', longPoll: 'refuse' }, 'poll'],
  ];

  it.each(ways)('with %j come by %s, and what is blocked is not tried again', async (blocks, left) => {
    const { client, proxy, used } = await open(blocks);
    for (const delayMs of [0, 300]) {
      const job = await client.submit('echo', { value: 1, delayMs });
      const types: string[] = [];
      for await (const { type } of client.events(job.id)) types.push(type);
      expect(types).toEqual(['job.queued', 'job.running', 'job.succeeded']);
    }
    expect([...used]).toEqual([left]);
    for (const blocked of ['websocket', 'stream'].slice(0, Object.keys(blocks).length))
      expect(proxy.seen.filter((each) => each === blocked)).toHaveLength(1);
  });

  it('without a WebSocket begin at SSE, and ask for no token', async () => {
    const { client, proxy, used } = await open({}, { WebSocket: null });
    await client.wait((await client.submit('echo', { value: 1 })).id);
    expect([...used]).toEqual(['sse']);
    expect(proxy.seen).not.toContain('POST /v1/tokens');
  });

  it('of many jobs share one WebSocket, opened by a token that is not the key', async () => {
    const { client, proxy } = await open();
    const jobs = await Promise.all(Array.from({ length: 8 }, () => client.submit('echo', { value: 1, delayMs: 200 })));
    const ended = await Promise.all(jobs.map(({ id }) => client.wait(id)));
    expect(ended.map(({ status }) => status)).toEqual(Array(8).fill('succeeded'));
    expect(proxy.seen.filter((each) => each === 'websocket')).toHaveLength(1);
    expect(proxy.addresses.filter((address) => address.includes(key))).toEqual([]);
    expect(proxy.addresses.filter((address) => address.includes('access_token='))).toHaveLength(1);
  });

  it('of a hundred jobs that are followed at once come by WebSocket alone: no subscription is refused for its rate', async () => {
    const news: ChannelNews[] = [];
    const onChannel = (each: ChannelNews) => news.push(each);
    const { client } = await open({}, { onChannel, connectTimeoutMs: 30_000 });
    const jobs = Array.from({ length: 100 }, (_, value) => ({ type: 'echo', input: { value }, delaySeconds: 4 }));
    const { results } = await client.request<{ results: { job: Job }[] }>('POST', '/jobs/batch', { body: { jobs } });
    const ended = await Promise.all(results.map(({ job }) => client.wait(job.id)));
    expect(ended.filter(({ status }) => status === 'succeeded')).toHaveLength(100);
    expect(news.flatMap(({ error }) => (error === undefined ? [] : [error]))).toEqual([]);
    expect(new Set(news.map(({ channel }) => channel))).toEqual(new Set(['websocket']));
  });

  it('go on over another channel where a way is closed half-way', async () => {
    const { client, proxy, used } = await open();
    const job = await client.submit('stream', { parts: 12, intervalMs: 150, bytes: 5 });
    const seqs: number[] = [];
    for await (const { seq, type } of client.events(job.id)) {
      seqs.push(seq);
      if (type !== 'job.output' || proxy.blocks.webSocket) continue;
      proxy.blocks = { webSocket: 'refuse' };
      client.close();
    }
    expect(seqs).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    expect([...used]).toEqual(['websocket', 'sse']);
  });

  it('wait for a network that is away, and give up where it stays away', async () => {
    const { client, proxy } = await open({ all: 'refuse' }, { giveUpAfterMs: 1_500 });
    const job = await createClient({ url: rest, credential: key }).submit('echo', { value: 1 });
    setTimeout(() => {
      proxy.blocks = {};
    }, 700);
    const types: string[] = [];
    for await (const { type } of client.events(job.id)) types.push(type);
    expect(types).toEqual(['job.queued', 'job.running', 'job.succeeded']);
    const away = await open({ all: 'refuse' }, { giveUpAfterMs: 1_500 });
    await expect(away.client.events(job.id).next()).rejects.toMatchObject({ name: 'ApiError', status: 502 });
  });

  it('wait for a slow reader, by WebSocket, without keeping more than a bound: it goes on from its cursor', async () => {
    const { client, proxy } = await open();
    const job = await client.submit('stream', { parts: 1_200, intervalMs: 0, bytes: 10 });
    const seqs: number[] = [];
    for await (const { seq } of client.events(job.id, { channels: ['websocket'] })) {
      if (seqs.length === 0) await client.wait(job.id, { channels: ['poll'] });
      seqs.push(seq);
    }
    expect(seqs).toEqual(Array.from({ length: 1_203 }, (_, index) => index + 1));
    expect(proxy.seen.filter((each) => each === 'websocket').length).toBeLessThanOrEqual(2);
  });

  it('with a job token follow that job, and refuse another', async () => {
    const [own, other] = await Promise.all([client.submit('echo', { value: 1 }), client.submit('echo', { value: 2 })]);
    const { token } = await client.request<{ token: string }>('POST', '/tokens', {
      body: { job: own.id, scopes: ['jobs:read'] },
    });
    const { client: narrow, used } = await open({}, { credential: () => token });
    expect(await narrow.wait(own.id)).toMatchObject({ status: 'succeeded' });
    expect([...used]).toEqual(['websocket']);
    await expect(narrow.wait(other.id)).rejects.toMatchObject({ name: 'ApiError' });
  });

  it('end by a signal, and by leaving the loop', async () => {
    const { client } = await open();
    const job = await client.submit('echo', { value: 1, delayMs: 20_000 });
    for await (const event of client.events(job.id)) if (event.type === 'job.running') break;
    const control = new AbortController();
    const following = client.wait(job.id, { signal: control.signal });
    setTimeout(() => control.abort(new Error('enough')), 300);
    await expect(following).rejects.toThrow('enough');
    await client.cancel(job.id);
  });
});
