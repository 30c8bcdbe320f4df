import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ServerMessage } from '../../protocol/socket-messages.ts';
import type { Json } from '../../protocol/types.ts';
import { apiOf } from '../contract/api.ts';
import { openService, type Service, submit } from './service.ts';
import { liveUrl } from './socket.ts';
import { openSocket, type SocketClient } from './socket-client.ts';

let service: Service;
let address: string;
const opened: SocketClient[] = [];

beforeAll(async () => {
  service = await openService(inject('server'));
  address = await liveUrl(service.target.url);
});
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

async function open(credential = service.target.key, protocols: string[] = []): Promise<SocketClient> {
  const socket = await openSocket(address, { headers: { authorization: `Bearer ${credential}` }, protocols });
  opened.push(socket);
  return socket;
}

const is = (type: ServerMessage['type'], id?: string) => (message: ServerMessage) =>
  message.type === type && (id === undefined || ('id' in message && message.id === id));
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
    await expect(openSocket(address, { headers })).rejects.toThrow('401');
  });

  it('refuses a key in the query with 401, and takes a token there', async () => {
    await expect(openSocket(`${address}?access_token=${service.target.key}`)).rejects.toThrow('401');
    const token = await service.api.token({});
    opened.push(await openSocket(`${address}?access_token=${token}`));
  });

  it('takes a single-use token once', async () => {
    const token = await service.api.token({ singleUse: true });
    opened.push(await openSocket(`${address}?access_token=${token}`));
    await expect(openSocket(`${address}?access_token=${token}`)).rejects.toThrow('401');
  });

  it('names the subprotocol that it chose, and none where none was offered', async () => {
    expect((await open(undefined, ['jobwire.v1'])).protocol).toBe('jobwire.v1');
    expect((await open(undefined, ['soap', 'jobwire.v1'])).protocol).toBe('jobwire.v1');
    expect((await open()).protocol).toBe('');
  });

  it('refuses a client that speaks only what is not spoken here', async () => {
    await expect(open(undefined, ['soap'])).rejects.toThrow('400');
  });
});

describe('messages', () => {
  it('submit: accepted before anything else, then every event, then complete', async () => {
    const socket = await open();
    socket.send({ type: 'submit', id: 's', job: { type: 'echo', input: { value: 7 }, metadata: { of: 'mine' } } });
    await socket.until(is('complete', 's'));
    expect(told(socket, 's')).toEqual(['accepted', 'job.queued', 'job.running', 'job.succeeded', 'complete']);
    const [accepted] = socket.messages;
    const job = accepted?.type === 'accepted' ? accepted.job : undefined;
    expect(job).toMatchObject({ type: 'echo', status: 'queued', seq: 1, metadata: { of: 'mine' } });
    expect(job).not.toHaveProperty('input');
    expect((await service.api.read(job?.id ?? '')).output).toEqual({ value: 7 });
  });

  it('submit: the same idempotency key gives the same job, and the whole log again', async () => {
    const socket = await open();
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
    const socket = await open();
    const job = await submit(service.api, 'echo', { value: 1 }, { delaySeconds: 300 });
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
    const socket = await open();
    const job = await submit(service.api, 'stream', { parts: 10, intervalMs: 100, bytes: 5 });
    socket.send({ type: 'subscribe', id: 's', job });
    await socket.until((message) => message.type === 'event' && message.event.type === 'job.output');
    socket.send({ type: 'unsubscribe', id: 's' });
    await socket.until(is('complete', 's'));
    await service.api.end(job);
    expect(told(socket, 's').at(-1)).toBe('complete');
    socket.send({ type: 'subscribe', id: 's', job });
    await socket.until((message) => message.type === 'event' && message.event.type === 'job.succeeded');
  });

  it('ping: pong', async () => {
    const socket = await open();
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
    const socket = await open();
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    const error = await socket.until(is('error'));
    expect(error).toMatchObject({ error: { ...problem, requestId: expect.any(String) } });
    if (typeof message === 'object' && 'id' in (message as object) && String(Object(message).id).length < 129)
      expect(error).toHaveProperty('id', Object(message).id);
    socket.send({ type: 'ping' });
    await socket.until(is('pong'));
  });

  it('refuses an id that is in use, and the subscription goes on', async () => {
    const socket = await open();
    const job = await submit(service.api, 'echo', { value: 1, delayMs: 1_500 });
    socket.send({ type: 'subscribe', id: 's', job });
    await socket.until(is('subscribed', 's'));
    socket.send({ type: 'subscribe', id: 's', job });
    expect(await socket.until(is('error'))).toMatchObject({ error: { code: 'invalid-message' } });
    await socket.until(is('complete', 's'));
  });

  it('needs the scopes of what it does, and of a token with a job lets pass that one alone', async () => {
    const own = await submit(service.api, 'echo', { value: 1 });
    const other = await submit(service.api, 'echo', { value: 1 });
    const socket = await open(await service.api.token({ scopes: ['jobs:read'], job: own }));
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
    const job = await submit(service.api, 'echo', { value: 1, delayMs: 500 });
    const socket = await open(service.stranger.key);
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

describe('limits', () => {
  it('100 subscriptions of a connection, those that ended not counted', { timeout: 120_000 }, async () => {
    const socket = await open();
    const jobs = await Promise.all(
      Array.from({ length: 102 }, (_, index) =>
        submit(service.api, 'echo', { value: 1 }, index === 0 ? {} : { delaySeconds: 600 }),
      ),
    );
    const [ended = '', ...waiting] = jobs;
    socket.send({ type: 'subscribe', id: 'ended', job: ended });
    await socket.until(is('complete', 'ended'));
    for (const [index, job] of waiting.slice(0, 100).entries()) {
      socket.send({ type: 'subscribe', id: `${index}`, job });
      await socket.until(is('subscribed', `${index}`));
    }
    socket.send({ type: 'subscribe', id: 'more', job: waiting[100] });
    expect(await socket.until(is('error', 'more'))).toMatchObject({
      error: { code: 'too-many-subscriptions', status: 429 },
    });
    await Promise.all(waiting.map((job) => service.api.call('POST', `/jobs/${job}/cancel`)));
    await socket.until(is('complete', '99'));
    socket.send({ type: 'subscribe', id: 'again', job: ended });
    await socket.until(is('complete', 'again'));
  });

  it('none on how many jobs a connection submits, one after another', { timeout: 120_000 }, async () => {
    const sockets = await Promise.all(Array.from({ length: 2 }, () => open()));
    for (let round = 1; round <= 3; round += 1) {
      const ids = Array.from({ length: 40 }, (_, index) => `${round}-${index}`);
      await Promise.all(
        sockets.map(async (socket) => {
          for (const id of ids) socket.send({ type: 'submit', id, job: { type: 'echo', input: { value: id } } });
          for (const id of ids)
            await socket.until((message) => is('complete', id)(message) || is('error', id)(message));
        }),
      );
    }
    for (const socket of sockets) {
      expect(socket.messages.filter(({ type }) => type === 'error')).toEqual([]);
      expect(socket.messages.filter(({ type }) => type === 'complete')).toHaveLength(120);
    }
  });

  it('100 watchers of a job, each told of it once', { timeout: 120_000 }, async () => {
    const job = await submit(service.api, 'echo', { value: 1 }, { delaySeconds: 600 });
    const sockets = await Promise.all(Array.from({ length: 4 }, () => open()));
    const ids = Array.from({ length: 25 }, (_, index) => `${index}`);
    await Promise.all(
      sockets.map(async (socket) => {
        for (const id of ids) {
          socket.send({ type: 'subscribe', id, job });
          await socket.until(is('event', id));
        }
      }),
    );
    const late = await open();
    late.send({ type: 'subscribe', id: 'late', job });
    expect(await late.until(is('error', 'late'))).toMatchObject({ error: { code: 'too-many-subscriptions' } });
    await service.api.call('POST', `/jobs/${job}/cancel`);
    for (const socket of sockets)
      for (const id of ids) {
        await socket.until(is('complete', id));
        expect(told(socket, id)).toEqual(['subscribed', 'job.queued', 'job.canceled', 'complete']);
      }
  });

  it('50 messages a second: those beyond are refused, and a calmer client is served', { timeout: 60_000 }, async () => {
    const socket = await open();
    for (let sent = 0; sent < 300; sent += 1) socket.send({ type: 'ping' });
    expect(await socket.until(is('error'))).toMatchObject({ error: { code: 'rate-limited', status: 429 } });
    for (let tries = 0; socket.messages.length < 300 && tries < 100; tries += 1) await pause(100);
    await pause(7_000);
    const pongs = socket.messages.filter(is('pong')).length;
    socket.send({ type: 'ping' });
    await expect.poll(() => socket.messages.filter(is('pong')).length, { timeout: 5_000 }).toBeGreaterThan(pongs);
  });

  it('32 KB a message: more is refused', async () => {
    const socket = await open();
    socket.send({ type: 'submit', id: 's', job: { type: 'echo', input: { value: 'x'.repeat(40_000) } } });
    await expect
      .poll(() => socket.closeCode ?? told(socket, 's')[0], { timeout: 10_000 })
      .toSatisfy((outcome) => outcome === 1009 || outcome === 'error');
  });

  it('no frame over 32 KB, however large the job', async () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 16 }, (_, index) => [`${index}`.padEnd(64, '名'), '値'.repeat(512)]),
    );
    const job = await submit(apiOf(service.target), 'stream', { parts: 2, intervalMs: 0, bytes: 90_000 }, { metadata });
    const socket = await open();
    socket.send({ type: 'subscribe', id: 's', job, after: 99 });
    await socket.until(is('complete', 's'));
    for (const message of socket.messages)
      expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(32_768);
    const parts = socket.messages.flatMap((message) =>
      message.type === 'event' && message.event.truncated ? [message.event] : [],
    );
    expect(parts).toHaveLength(2);
    for (const { url, seq } of parts) {
      const whole = await service.api.call('GET', url ?? '');
      expect(whole.body).toMatchObject({
        seq,
        data: { run: 1, part: { text: expect.stringMatching(/^\d x{89998}$/) } },
      });
    }
  });
});
