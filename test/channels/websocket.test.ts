import { describe, expect, it } from 'vitest';
import type { Json } from '../../protocol/types.ts';
import { submit } from './service.ts';
import { openSocket, type SocketClient } from './socket-client.ts';
import { is, useSockets } from './use-sockets.ts';

const sockets = useSockets();

const told = ({ messages }: SocketClient, id: string) =>
  messages.flatMap((message) => {
    if (!('id' in message) || message.id !== id) return [];
    return [message.type === 'event' ? message.event.type : message.type];
  });

describe('handshake', () => {
  it.each([
    ['no credential', {}],
    ['a key that is none', { authorization: `Bearer jw_local_${'x'.repeat(43)}` }],
    [
      'a token that is none',
      { authorization: 'Bearer aaaaaaaaaa.bbbbbbbbbb.cccccccccccccccccccccccccccccccccccccccccccc' },
    ],
  ])('refuses %s with 401', async (_, headers) => {
    await expect(openSocket(sockets.address, { headers })).rejects.toThrow('401');
  });

  it('refuses a key in the query with 401, and takes a token there', async () => {
    await expect(openSocket(`${sockets.address}?access_token=${sockets.service.target.key}`)).rejects.toThrow('401');
    const token = await sockets.service.api.token({});
    sockets.opened.push(await openSocket(`${sockets.address}?access_token=${token}`));
  });

  it('takes a single-use token once', async () => {
    const token = await sockets.service.api.token({ singleUse: true });
    sockets.opened.push(await openSocket(`${sockets.address}?access_token=${token}`));
    await expect(openSocket(`${sockets.address}?access_token=${token}`)).rejects.toThrow('401');
  });

  it('names the subprotocol that it chose, and none where none was offered', async () => {
    expect((await sockets.open(undefined, ['jobwire.v1'])).protocol).toBe('jobwire.v1');
    expect((await sockets.open(undefined, ['soap', 'jobwire.v1'])).protocol).toBe('jobwire.v1');
    expect((await sockets.open()).protocol).toBe('');
  });

  it('refuses a client that speaks only what is not spoken here', async () => {
    await expect(sockets.open(undefined, ['soap'])).rejects.toThrow('400');
  });
});

describe('messages', () => {
  it('submit: accepted before anything else, then every event, then complete', async () => {
    const socket = await sockets.open();
    socket.send({ type: 'submit', id: 's', job: { type: 'echo', input: { value: 7 }, metadata: { of: 'mine' } } });
    await socket.until(is('complete', 's'));
    expect(told(socket, 's')).toEqual(['accepted', 'job.queued', 'job.running', 'job.succeeded', 'complete']);
    const [accepted] = socket.messages;
    const job = accepted?.type === 'accepted' ? accepted.job : undefined;
    expect(job).toMatchObject({ type: 'echo', status: 'queued', seq: 1, metadata: { of: 'mine' } });
    expect(job).not.toHaveProperty('input');
    expect((await sockets.service.api.read(job?.id ?? '')).output).toEqual({ value: 7 });
  });

  it('submit: the same idempotency key gives the same job, and the whole log again', async () => {
    const socket = await sockets.open();
    const job = { type: 'echo', input: { value: 1 }, idempotencyKey: `key ${Math.random()}` };
    socket.send({ type: 'submit', id: 'a', job });
    await socket.until(is('complete', 'a'));
    socket.send({ type: 'submit', id: 'b', job });
    await socket.until(is('complete', 'b'));
    socket.send({ type: 'submit', id: 'c', job: { ...job, input: { value: 2 } } });
    const refused = await socket.until(is('error', 'c'));
    expect(refused).toMatchObject({ error: { code: 'idempotency-mismatch', status: 422 } });
    const ids = socket.messages.flatMap((message) => (message.type === 'accepted' ? [message.job.id] : []));
    expect(new Set(ids).size).toBe(1);
    expect(told(socket, 'b')).toEqual(['accepted', 'job.queued', 'job.running', 'job.succeeded', 'complete']);
  });

  it('cancel: accepted, and the end as an event', async () => {
    const socket = await sockets.open();
    const job = await submit(sockets.service.api, 'echo', { value: 1 }, { delaySeconds: 300 });
    socket.send({ type: 'subscribe', id: 's', job });
    await socket.until(is('event', 's'));
    socket.send({ type: 'cancel', id: 'c', job });
    expect(await socket.until(is('accepted', 'c'))).toMatchObject({ job: { id: job, status: 'canceled', done: true } });
    await socket.until(is('complete', 's'));
    expect(told(socket, 's')).toEqual(['subscribed', 'job.queued', 'job.canceled', 'complete']);
    socket.send({ type: 'cancel', id: 'd', job });
    expect(await socket.until(is('error', 'd'))).toMatchObject({ error: { code: 'job-done', status: 409 } });
  });

  it('unsubscribe: complete, and nothing after it', async () => {
    const socket = await sockets.open();
    const job = await submit(sockets.service.api, 'stream', { parts: 10, intervalMs: 100, bytes: 5 });
    socket.send({ type: 'subscribe', id: 's', job });
    await socket.until((message) => message.type === 'event' && message.event.type === 'job.output');
    socket.send({ type: 'unsubscribe', id: 's' });
    await socket.until(is('complete', 's'));
    await sockets.service.api.end(job);
    expect(told(socket, 's').at(-1)).toBe('complete');
    socket.send({ type: 'subscribe', id: 's', job });
    await socket.until((message) => message.type === 'event' && message.event.type === 'job.succeeded');
  });

  it('ping: pong', async () => {
    const socket = await sockets.open();
    socket.send({ type: 'ping' });
    await socket.until(is('pong'));
  });

  it.each<[string, Json | string, object]>([
    ['no JSON', 'hello', { code: 'malformed-json' }],
    ['no object', [1], { code: 'invalid-message' }],
    ['no type', {}, { code: 'invalid-message', errors: [{ pointer: '/type' }] }],
    ['an unknown type', { type: 'dance', id: 'x' }, { code: 'invalid-message', errors: [{ pointer: '/type' }] }],
    ['a type that objects have', { type: 'constructor' }, { code: 'invalid-message' }],
    ['no id', { type: 'subscribe', job: 'x' }, { code: 'invalid-message', errors: [{ pointer: '/id' }] }],
    ['a long id', { type: 'unsubscribe', id: 'x'.repeat(129) }, { code: 'invalid-message' }],
    ['an unknown job', { type: 'subscribe', id: 'x', job: `job_${'a'.repeat(26)}` }, { code: 'not-found' }],
    ['an odd job', { type: 'subscribe', id: 'x', job: '../../x' }, { code: 'not-found' }],
    ['an unknown job type', { type: 'submit', id: 'x', job: { type: 'nope', input: {} } }, { code: 'unknown-type' }],
    [
      'a wrong input',
      { type: 'submit', id: 'x', job: { type: 'echo', input: { delayMs: -1 } } },
      {
        code: 'invalid-input',
        errors: expect.arrayContaining([expect.objectContaining({ pointer: '/job/input/value' })]),
      },
    ],
  ])('%s: an error, and the connection stays', async (_, message, problem) => {
    const socket = await sockets.open();
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    const error = await socket.until(is('error'));
    expect(error).toMatchObject({ error: { ...problem, requestId: expect.any(String) } });
    if (typeof message === 'object' && 'id' in (message as object) && String(Object(message).id).length < 129)
      expect(error).toHaveProperty('id', Object(message).id);
    socket.send({ type: 'ping' });
    await socket.until(is('pong'));
  });

  it('refuses an id that is in use, and the subscription goes on', async () => {
    const socket = await sockets.open();
    const job = await submit(sockets.service.api, 'echo', { value: 1, delayMs: 1_500 });
    socket.send({ type: 'subscribe', id: 's', job });
    await socket.until(is('subscribed', 's'));
    socket.send({ type: 'subscribe', id: 's', job });
    expect(await socket.until(is('error'))).toMatchObject({ error: { code: 'invalid-message' } });
    await socket.until(is('complete', 's'));
  });

  it('needs the scopes of what it does, and of a token with a job lets pass that one alone', async () => {
    const own = await submit(sockets.service.api, 'echo', { value: 1 });
    const other = await submit(sockets.service.api, 'echo', { value: 1 });
    const socket = await sockets.open(await sockets.service.api.token({ scopes: ['jobs:read'], job: own }));
    socket.send({ type: 'subscribe', id: 'own', job: own });
    await socket.until(is('complete', 'own'));
    for (const message of [
      { type: 'subscribe', id: 'other', job: other },
      { type: 'cancel', id: 'cancel', job: own },
      { type: 'submit', id: 'submit', job: { type: 'echo', input: { value: 1 } } },
    ]) {
      socket.send(message);
      expect(await socket.until(is('error', message.id))).toMatchObject({ error: { status: 403 } });
    }
  });

  it("does not tell another tenant's job from one that never was", async () => {
    const job = await submit(sockets.service.api, 'echo', { value: 1, delayMs: 500 });
    const socket = await sockets.open(sockets.service.stranger.key);
    for (const type of ['subscribe', 'cancel']) {
      socket.send({ type, id: type, job });
      socket.send({ type, id: `no ${type}`, job: `job_${'b'.repeat(26)}` });
      const [real, unreal] = await Promise.all([
        socket.until(is('error', type)),
        socket.until(is('error', `no ${type}`)),
      ]);
      const problems = [real, unreal].map((each) => (each.type === 'error' ? { ...each.error, requestId: '' } : each));
      expect(problems[0]).toEqual(problems[1]);
    }
  });
});
