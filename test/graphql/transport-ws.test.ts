import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import WebSocket from 'ws';
import { type Api, apiOf } from '../contract/api.ts';
import { localTarget } from '../contract/local-target.ts';

interface Message {
  type: string;
  id?: string;
  payload?: unknown;
}

let target: Awaited<ReturnType<typeof localTarget>>;
let api: Api;
const sockets: WebSocket[] = [];

beforeAll(async () => {
  target = await localTarget('graphql-socket');
  api = apiOf(target);
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

async function open({ init = true } = {}) {
  const headers = { authorization: `Bearer ${target.key}` };
  const socket = new WebSocket(inject('server').live, 'graphql-transport-ws', { headers });
  sockets.push(socket);
  const messages: Message[] = [];
  let isClosed = false;
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  socket.on('close', () => {
    isClosed = true;
  });
  const until = async (fits: () => unknown) => {
    for (const endMs = Date.now() + 60_000; !fits(); await pause(20))
      if (Date.now() > endMs) throw new Error(`Cannot wait any longer: there are ${JSON.stringify(messages)}`);
  };
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const client = {
    socket,
    messages,
    of: (id: string) => messages.filter((message) => message.id === id),
    send: (message: object | string) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    until,
    untilClosed: () => until(() => isClosed),
  };
  if (init) {
    client.send({ type: 'connection_init', payload: { any: 'thing' } });
    await until(() => messages.some(({ type }) => type === 'connection_ack'));
  }
  return client;
}

const subscribe = (id: string, query: string) => ({ type: 'subscribe', id, payload: { query } });
const follow = (id: string, job: string, rest = '') =>
  subscribe(id, `subscription { jobEvents(id: "${job}"${rest}) { seq type } }`);

test('the server names the subprotocol, acknowledges once, and answers a ping with a pong', async () => {
  const { socket, messages, send, until } = await open();
  expect(socket.protocol).toBe('graphql-transport-ws');
  send({ type: 'ping', payload: {} });
  await until(() => messages.length === 2);
  send({ type: 'pong' });
  send({ type: 'ping' });
  await until(() => messages.length === 3);
  expect(messages.map(({ type }) => type)).toEqual(['connection_ack', 'pong', 'pong']);
});

describe('the connection is closed', () => {
  test.each([
    ['for a subscribe before connection_init', false, [follow('a', 'x')]],
    ['for a second connection_init', true, [{ type: 'connection_init' }]],
    ['for a message that is no JSON', true, ['hello']],
    ['for a message that is none of the protocol', true, [{ type: 'start', id: 'a' }]],
    ['for a subscribe of jobwire.v1', true, [{ type: 'subscribe', id: 'a', job: 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa' }]],
    ['for a subscribe without an id', true, [{ type: 'subscribe', payload: { query: '{ __typename }' } }]],
  ])('%s', async (_, init, messages) => {
    const { send, untilClosed } = await open({ init });
    for (const message of messages) send(message);
    await untilClosed();
  });

  test('for an id that is in use', async () => {
    const { id } = await api.submit({ type: 'echo', input: { value: 1 }, delaySeconds: 600 });
    const { of, send, until, untilClosed } = await open();
    send(follow('a', id));
    await until(() => of('a').length > 0);
    send(follow('a', id));
    await untilClosed();
  });
});

test('several operations on one connection: each told by its id, each id free after its end', async () => {
  const jobs = await Promise.all(
    [1, 2].map((steps) => api.submit({ type: 'countdown', input: { steps, intervalMs: 300 } })),
  );
  const { of, send, until, messages } = await open();
  const completed = (count: number) => messages.filter(({ type }) => type === 'complete').length >= count;
  for (const [index, { id }] of jobs.entries()) send(follow(`s${index}`, id));
  send(subscribe('q', '{ jobTypes { name } }'));
  send(subscribe('w', '{ nothing }'));
  await until(() => completed(3) && of('w').length > 0);
  expect(of('w')).toMatchObject([{ type: 'error', payload: [{ extensions: { code: 'invalid-document' } }] }]);
  expect(of('q').map(({ type }) => type)).toEqual(['next', 'complete']);
  for (const [index, { id }] of jobs.entries()) {
    const seqs = of(`s${index}`).flatMap(
      ({ payload }) => (payload as { data?: { jobEvents: { seq: number } } })?.data?.jobEvents.seq ?? [],
    );
    const kept = (await api.log(id)).filter(({ type }) => type !== 'job.progress').map(({ seq }) => seq);
    expect(seqs).toEqual(expect.arrayContaining(kept));
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  }
  send(follow('s0', jobs[0]?.id ?? ''));
  await until(() => completed(4));
});

test('complete ends a subscription without an answer, and nothing follows it', async () => {
  const { id } = await api.submit({ type: 'countdown', input: { steps: 200, intervalMs: 150 } });
  const { of, send, until, messages } = await open();
  send(follow('a', id));
  await until(() => of('a').length >= 3);
  send({ type: 'complete', id: 'a' });
  // A busy service comes to the message late. From then on there is silence, though the job goes on.
  let count = 0;
  for (let turn = 0; turn < 10 && count !== messages.length; turn += 1) {
    count = messages.length;
    await pause(1_000);
  }
  expect(messages.length).toBe(count);
  expect(messages.some(({ type }) => type === 'complete')).toBe(false);
  send(follow('a', id, ', after: 2'));
  await until(() => messages.length > count);
  await api.call('POST', `/jobs/${id}/cancel`);
  await until(() => of('a').at(-1)?.type === 'complete');
});

test('a selection is told by its names: aliases, fragments, @skip and @include, __typename', async () => {
  const { id } = await api.submitEcho({ deep: [1] });
  await api.end(id);
  const { of, send, until } = await open();
  send({
    type: 'subscribe',
    id: 'a',
    payload: {
      query: `subscription Log($id: ID!, $no: Boolean!) {
        log: jobEvents(id: $id, after: 2) { ...Place kind: type time @skip(if: true) url @include(if: $no) ... on JobEvent { body: data } }
      }
      fragment Place on JobEvent { __typename at: seq job }`,
      variables: { id, no: false },
      operationName: 'Log',
    },
  });
  await until(() => of('a').length === 2);
  expect(of('a')).toEqual([
    {
      type: 'next',
      id: 'a',
      payload: {
        data: {
          log: {
            __typename: 'JobEvent',
            at: 3,
            job: id,
            kind: 'job.succeeded',
            body: { status: 'succeeded', output: { value: { deep: [1] } } },
          },
        },
      },
    },
    { type: 'complete', id: 'a' },
  ]);
});

test('a selection is told whole, however its fragments are written', async () => {
  const { id } = await api.submitEcho(1);
  await api.end(id);
  const { of, send, until } = await open();
  const events = `jobEvents(id: "${id}", after: 2)`;
  const body = { status: 'succeeded', output: { value: 1 } };
  send(
    subscribe(
      'two',
      `subscription { ${events} { ...A ...B } } fragment A on JobEvent { seq data } fragment B on JobEvent { type data }`,
    ),
  );
  send(
    subscribe(
      'roots',
      `subscription { ${events} { seq } ...R } fragment R on Subscription { ${events} { type data } }`,
    ),
  );
  await until(() => ['two', 'roots'].every((name) => of(name).length === 2));
  const told = { seq: 3, type: 'job.succeeded', data: body };
  for (const name of ['two', 'roots']) expect(of(name)[0]?.payload).toEqual({ data: { jobEvents: told } });
});

test('what REST would refuse as a body is refused by its id, and the connection stays', async () => {
  const { of, send, until, messages } = await open();
  const deep = '['.repeat(6_000) + ']'.repeat(6_000);
  for (const [id, variables] of [
    ['deep', `{"a":${deep}}`],
    ['large', '{"a":1e999}'],
  ])
    send(
      `{"type":"subscribe","id":"${id}","payload":{"query":"query ($a: JSON) { jobs { next } }","variables":${variables}}}`,
    );
  await until(() => of('deep').length > 0 && of('large').length > 0);
  for (const id of ['deep', 'large'])
    expect(of(id)).toMatchObject([{ type: 'error', payload: [{ extensions: { code: 'malformed-json' } }] }]);
  send({ type: 'ping' });
  await until(() => messages.at(-1)?.type === 'pong');
});

test('errors that do not fit into a message are told by the first one', async () => {
  const { of, send, until } = await open();
  const unknown = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`no${index}`, 'x'.repeat(400)]));
  const query = 'mutation ($input: CountdownInput!) { submitCountdown(input: $input) { id } }';
  send({ type: 'subscribe', id: 'a', payload: { query, variables: { input: unknown } } });
  await until(() => of('a').length > 0);
  expect(of('a')).toMatchObject([{ type: 'error', payload: [{ extensions: { code: 'invalid-document' } }] }]);
});

test('what does not fit into a message is refused, and the connection stays', async () => {
  const { id } = await api.submitEcho('x'.repeat(40_000));
  await api.end(id);
  const { of, send, until, messages } = await open();
  send(subscribe('big', `{ job(id: "${id}") { output } }`));
  send(subscribe('long', `subscription { ${'a'.repeat(300)}: jobEvents(id: "${id}") { seq } }`));
  send(subscribe('twice', `subscription { jobEvents(id: "${id}") { a: data b: data } }`));
  await until(() => ['big', 'long', 'twice'].every((name) => of(name).length > 0));
  const codeOf = (name: string) => {
    const [error] = (of(name)[0]?.payload ?? []) as { extensions: { code: string } }[];
    return error?.extensions.code;
  };
  expect(['big', 'long', 'twice'].map(codeOf)).toEqual([
    'payload-too-large',
    'document-too-costly',
    'invalid-document',
  ]);
  send({ type: 'ping' });
  await until(() => messages.at(-1)?.type === 'pong');
});

test('a token of one job opens that job alone', async () => {
  const [mine, other] = await Promise.all([api.submitEcho(1), api.submitEcho(2)]);
  const token = await api.token({ job: mine.id, singleUse: true });
  const socket = new WebSocket(`${inject('server').live}?access_token=${token}`, 'graphql-transport-ws');
  sockets.push(socket);
  const messages: Message[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init' }));
  while (messages.length === 0) await pause(20);
  socket.send(JSON.stringify(follow('mine', mine.id)));
  socket.send(JSON.stringify(follow('other', other.id)));
  while (!messages.some(({ type }) => type === 'complete') || !messages.some(({ type }) => type === 'error'))
    await pause(20);
  expect(messages.find(({ type }) => type === 'error')).toMatchObject({
    id: 'other',
    payload: [{ extensions: { code: 'forbidden' } }],
  });
});
