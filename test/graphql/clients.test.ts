import { setTimeout as pause } from 'node:timers/promises';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createStreamClient } from 'graphql-sse';
import { createClient as createSocketClient, type Client as SocketClient } from 'graphql-ws';
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { type Api, apiOf } from '../contract/api.ts';
import { localTarget } from '../contract/local-target.ts';

interface Result {
  data?: { jobEvents: { seq: number; type: string; data?: unknown } } | null;
  errors?: readonly unknown[];
}

interface Transport {
  name: string;
  iterate(query: string, variables: Record<string, unknown>, credential: string): AsyncIterable<Result>;
}

let target: Awaited<ReturnType<typeof localTarget>>;
let api: Api;
const opened: { dispose(): unknown }[] = [];

beforeAll(async () => {
  target = await localTarget('graphql-clients');
  api = apiOf(target);
});

afterEach(() => {
  for (const client of opened.splice(0)) client.dispose();
});

function socketClient(credential: string): SocketClient {
  class WithCredential extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, { headers: { authorization: `Bearer ${credential}` } });
    }
  }
  const client = createSocketClient({ url: inject('server').live, webSocketImpl: WithCredential, retryAttempts: 0 });
  opened.push(client);
  return client;
}

const transports: Transport[] = [
  {
    name: 'graphql-ws',
    iterate: (query, variables, credential) =>
      socketClient(credential).iterate({ query, variables }) as AsyncIterable<Result>,
  },
  {
    name: 'graphql-sse',
    iterate(query, variables, credential) {
      const headers = { authorization: `Bearer ${credential}` };
      const client = createStreamClient({ url: `${target.url}/graphql/stream`, headers, retryAttempts: 0 });
      opened.push(client);
      return client.iterate({ query, variables }) as AsyncIterable<Result>;
    },
  },
];

const query = 'subscription ($id: ID!, $after: Int) { jobEvents(id: $id, after: $after) { seq type data } }';
const countdown = { type: 'countdown', input: { steps: 5, intervalMs: 200 } };

describe.each(transports)('$name', ({ iterate }) => {
  test('follows a countdown to its end, over a cut, by its cursor', async () => {
    const { id } = await api.submit(countdown);
    const seen: { seq: number; type: string }[] = [];
    for await (const { data } of iterate(query, { id }, target.key)) {
      if (data) seen.push(data.jobEvents);
      if (seen.filter(({ type }) => type === 'job.output').length === 2) break;
    }
    const after = seen.at(-1)?.seq;
    for await (const { data } of iterate(query, { id, after }, target.key)) if (data) seen.push(data.jobEvents);
    const kept = (events: { seq: number; type: string }[]) =>
      events.filter(({ type }) => type !== 'job.progress').map(({ seq, type }) => `${seq} ${type}`);
    expect(kept(seen)).toEqual(kept(await api.log(id)));
    expect(seen.at(-1)?.type).toBe('job.succeeded');
  });

  test("is refused another tenant's job, as one that does not exist", async () => {
    const { id } = await api.submitEcho(1);
    const seen: unknown[] = [];
    const refusal = (async () => {
      for await (const result of iterate(query, { id }, target.otherKey)) seen.push(...(result.errors ?? [result]));
    })();
    await refusal.catch((errors: unknown[]) => seen.push(...errors));
    expect(seen).toMatchObject([
      { message: expect.stringMatching(/^Cannot find this job: /), extensions: { code: 'not-found', status: 404 } },
    ]);
  });

  test('is told what is wrong with a document', async () => {
    const seen: unknown[] = [];
    const refusal = (async () => {
      for await (const result of iterate('subscription { nothing }', {}, target.key))
        seen.push(...(result.errors ?? []));
    })();
    await refusal.catch((errors: unknown[]) => seen.push(...errors));
    expect(seen).toMatchObject([{ extensions: { code: 'invalid-document' } }]);
  });

  test('executes queries and mutations, too', async () => {
    const results: unknown[] = [];
    const mutation = 'mutation { submitEcho(input: { value: 1 }) { type status } }';
    for await (const result of iterate(mutation, {}, target.key)) results.push(result);
    expect(results).toEqual([{ data: { submitEcho: { type: 'echo', status: 'queued' } } }]);
  });
});

test('urql submits a job by POST, and follows it to its end over graphql-ws', async () => {
  const socket = socketClient(target.key);
  const client = new Client({
    url: `${target.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${target.key}` } },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink as never),
          }),
        }),
      }),
    ],
  });
  const submit = 'mutation ($input: CountdownInput!) { submitCountdown(input: $input) { id } }';
  const { data, error } = await client.mutation(submit, { input: countdown.input }).toPromise();
  expect(error).toBeUndefined();
  const { id } = data.submitCountdown;
  const ended = Promise.withResolvers<string[]>();
  const types: string[] = [];
  const { unsubscribe } = client.subscription(query, { id }).subscribe((result) => {
    if (result.error) ended.reject(result.error);
    types.push(result.data?.jobEvents.type);
    if (types.at(-1) === 'job.succeeded') ended.resolve(types);
  });
  await ended.promise;
  unsubscribe();
  expect(types.filter((type) => type === 'job.output')).toHaveLength(5);
  expect([types[0], types.at(-1)]).toEqual(['job.queued', 'job.succeeded']);
});

test('an EventSource subscribes by GET, with its token in the query', async () => {
  const { id } = await api.submit(countdown);
  const variables = JSON.stringify({ id });
  const token = await api.token({ scopes: ['jobs:read'] });
  const search = (text: string) => new URLSearchParams({ query: text, variables, access_token: token });
  const read = async (text: string) =>
    await (
      await fetch(`${target.url}/graphql/stream?${search(text)}`, { headers: { accept: 'text/event-stream' } })
    ).text();
  const told = await read(query);
  expect(told.match(/^event: next$/gm)?.length).toBeGreaterThanOrEqual(8);
  expect(told).toMatch(/event: complete\ndata: \n\n$/);
  expect(await read('mutation { cancelJob(id: "x") { id } }')).toContain('must be sent by POST');
  const key = new URLSearchParams({ query, variables, access_token: target.key });
  expect((await fetch(`${target.url}/graphql/stream?${key}`)).status).toBe(401);
});

test('a stream ends with its token, says that it does, and is gone on with by the cursor', {
  timeout: 120_000,
}, async () => {
  const { id } = await api.submit({ type: 'echo', input: { value: 1 }, delaySeconds: 63 });
  const credential = await api.token({ job: id, expiresInSeconds: 60 });
  const [, stream] = transports;
  const told: unknown[] = [];
  const follow = async (after: number, key: string) => {
    for await (const { data } of stream?.iterate(query, { id, after }, key) ?? []) {
      told.push(`${data?.jobEvents.seq} ${data?.jobEvents.type}`);
    }
  };
  await follow(0, credential);
  expect(told).toEqual(['1 job.queued', '1 reconnect']);
  await follow(1, target.key);
  expect(told.slice(2)).toEqual(['2 job.running', '3 job.succeeded']);
});

test('complete reaches a subscription whose document is still being compiled', async () => {
  const { id } = await api.submit({ type: 'echo', input: { value: 1 }, delaySeconds: 600 });
  const socket = socketClient(target.key);
  const ended: string[] = [];
  socket.on('message', (message) => {
    const { data } = message.type === 'next' ? (message.payload as Result) : {};
    if (message.type === 'next' && data?.jobEvents.type === 'job.canceled') ended.push(message.id);
  });
  const told = socket.iterate({ query, variables: { id } }) as AsyncIterableIterator<Result>;
  await told.next();
  for (const delayMs of [0, 0, 10, 20, 40]) {
    const leave = socket.subscribe({ query, variables: { id } }, { next() {}, error() {}, complete() {} });
    setTimeout(leave, delayMs);
  }
  // As long as a subscribe that is on its way is waited for, and more.
  await pause(3_500);
  await api.call('POST', `/jobs/${id}/cancel`);
  expect((await told.next()).value?.data?.jobEvents.type).toBe('job.canceled');
  expect((await told.next()).done).toBe(true);
  await pause(300);
  expect(ended).toHaveLength(1);
});

test('the stream takes nothing but what it can answer', async () => {
  const body = { query: '{ __typename }' };
  const asked = (headers: Record<string, string>) => api.call('POST', '/graphql/stream', { body, headers });
  expect((await asked({ accept: 'application/json' })).status).toBe(406);
  expect((await api.call('GET', '/graphql/stream?query=a&variables=b')).status).toBe(400);
  expect((await api.call('PUT', '/graphql/stream')).status).toBe(405);
});
