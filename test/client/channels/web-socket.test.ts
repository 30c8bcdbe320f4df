import { afterEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import type { Told } from '../../../client/channels/channel.ts';
import { webSocketChannel } from '../../../client/channels/web-socket.ts';
import { ApiError } from '../../../client/errors.ts';
import { followJob } from '../../../client/follow-job.ts';
import { openChannels } from '../../../client/open-channels.ts';
import type { Answer, Requests } from '../../../client/requests.ts';
import type { ClientMessage, ServerMessage } from '../../../protocol/socket-messages.ts';
import type { JobEvent } from '../../../protocol/types.ts';

const servers: WebSocketServer[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) {
    for (const socket of server.clients) socket.terminate();
    server.close();
  }
});

type Reply = (message: ClientMessage, say: (message: ServerMessage) => void, connection: number) => void;

const subscribed: Reply = (message, say) => {
  if (message.type === 'subscribe') say({ type: 'subscribed', id: message.id, job: {} as never });
};

interface Token {
  give?: () => Promise<string>;
  /** What is left of its life. */
  lastsMs?: number;
}

/** The channel against a real WebSocket that answers as `reply` says. */
async function stand(reply: Reply = subscribed, { give = async () => 'a token', lastsMs = 3_600_000 }: Token = {}) {
  const server = new WebSocketServer({ port: 0, host: 'localhost' });
  servers.push(server);
  const connections: { url: string; socket: ServerSocket; messages: ClientMessage[] }[] = [];
  server.on('connection', (socket, { url = '' }) => {
    const messages: ClientMessage[] = [];
    const connection = connections.push({ url, socket, messages });
    socket.on('message', (data) => {
      const message: ClientMessage = JSON.parse(String(data));
      messages.push(message);
      reply(message, (answer) => socket.send(JSON.stringify(answer)), connection);
    });
  });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const events = `ws://localhost:${typeof address === 'object' ? address?.port : 0}/live`;
  const requests: Requests = {
    timeoutMs: 1_000,
    open: () => Promise.reject(new Error('not asked for')),
    send: async <Body>() => {
      const body = { token: await give(), expiresAt: new Date(Date.now() + lastsMs).toISOString() };
      return { status: 201, headers: new Headers(), body } as Answer<Body>;
    },
  };
  const service = async () => ({ name: '', version: '', links: { events } });
  const channel = webSocketChannel(requests, { WebSocket: globalThis.WebSocket, service, connectTimeoutMs: 1_000 });
  return { channel, connections, requests, service };
}

const next = (telling: AsyncIterator<Told>) => telling.next().then(({ value, done }) => (done ? 'end' : value?.type));

describe('webSocketChannel()', () => {
  it('opens one connection for a hundred subscriptions, and another one for the next', async () => {
    const { channel, connections } = await stand();
    const tellings = Array.from({ length: 101 }, (_, index) =>
      channel.tell(`job_${index}`, 0, undefined)[Symbol.asyncIterator](),
    );
    expect(new Set(await Promise.all(tellings.map(next)))).toEqual(new Set(['open']));
    expect(connections.map(({ messages }) => messages.length)).toEqual([100, 1]);
    expect(connections.map(({ url }) => url)).toEqual(Array(2).fill('/live?access_token=a+token'));
    channel.close();
  });

  it('asks for no more than a hundred of one connection while unsubscribes wait', async () => {
    const { channel, connections } = await stand();
    const open = (count: number) =>
      Array.from({ length: count }, (_, index) => channel.tell(`job_${index}`, 0, undefined)[Symbol.asyncIterator]());
    const tellings = open(100);
    await Promise.all(tellings.map(next));
    await Promise.all(tellings.map((telling) => telling.return?.()));
    expect(new Set(await Promise.all(open(20).map(next)))).toEqual(new Set(['open']));
    let count = 0;
    const counts = connections[0]?.messages.map(({ type }) => (count += type === 'subscribe' ? 1 : -1)) ?? [];
    expect(Math.max(...counts)).toBe(100);
    expect(connections).toHaveLength(2);
    channel.close();
  });

  it('closes a connection that nobody has used for a second', async () => {
    const { channel, connections } = await stand();
    for (const job of ['job_1', 'job_2']) {
      for await (const told of channel.tell(job, 0, undefined)) if (told.type === 'open') break;
    }
    expect(connections).toHaveLength(1);
    expect(connections[0]?.socket.readyState).toBe(1);
    await expect.poll(() => connections[0]?.socket.readyState, { timeout: 5_000 }).toBe(3);
    expect(connections[0]?.messages.map(({ type }) => type)).toEqual([
      'subscribe',
      'unsubscribe',
      'subscribe',
      'unsubscribe',
    ]);
  });

  it('ends by plan where the token has run out, and opens with a new one', async () => {
    const error = { status: 401, code: 'unauthorized', detail: 'Expired' } as never;
    const { channel, connections } = await stand((message, say, connection) => {
      if (message.type === 'subscribe' && connection === 1) say({ type: 'error', id: message.id, error });
      else subscribed(message, say, connection);
    });
    expect(await next(channel.tell('job_1', 0, undefined)[Symbol.asyncIterator]())).toBe('end');
    expect(await next(channel.tell('job_1', 0, undefined)[Symbol.asyncIterator]())).toBe('open');
    expect(connections).toHaveLength(2);
    channel.close();
  });

  it.each<[string, ServerMessage]>([
    ['its token has run out', { type: 'error', id: '1', error: { status: 401, code: 'unauthorized' } as never }],
    ['it is told to reconnect', { type: 'reconnect' }],
  ])('is chosen again, at once, where a connection is left before it is open, for %s', async (_, refusal) => {
    const event = { seq: 1, prevSeq: 0, type: 'job.succeeded', job: 'job_1', data: {} } as JobEvent;
    const { requests, service } = await stand((message, say, connection) => {
      if (message.type !== 'subscribe') return;
      if (connection === 1) return say(refusal);
      subscribed(message, say, connection);
      say({ type: 'event', id: message.id, event });
    });
    const opened: string[] = [];
    const channels = openChannels(requests, {
      url: '',
      credential: '',
      service,
      onChannel: ({ channel, state }) => state === 'opening' && opened.push(channel),
    });
    const events: JobEvent[] = [];
    for await (const each of followJob(channels, 'job_1', {})) events.push(each);
    expect(events).toEqual([event]);
    expect(opened).toEqual(['websocket', 'websocket']);
    expect(channels.blocked.size).toBe(0);
    channels.close();
  });

  it('subscribes again as late as it is told to, and over the same channel', async () => {
    const error = { status: 429, code: 'rate-limited', detail: 'Slow' } as never;
    const event = { seq: 1, prevSeq: 0, type: 'job.succeeded', job: 'job_1', data: {} } as JobEvent;
    const atMs: number[] = [];
    const { requests, service } = await stand((message, say) => {
      if (message.type !== 'subscribe') return;
      const { id } = message;
      if (atMs.push(Date.now()) === 1) say({ type: 'error', id, error, retryAfterSeconds: 1 });
      else say({ type: 'event', id, event });
    });
    const channels = openChannels(requests, { url: '', credential: '', service });
    expect(await Array.fromAsync(followJob(channels, 'job_1', {}))).toEqual([event]);
    const [refused = 0, taken = 0] = atMs;
    expect(taken - refused).toBeGreaterThanOrEqual(999);
    channels.close();
  });

  it('leaves a connection before its token ends, whatever was asked for', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { channel, connections } = await stand(subscribed, { lastsMs: 15 * 60_000 });
    const open = () => next(channel.tell('job_1', 0, undefined)[Symbol.asyncIterator]());
    await open();
    vi.advanceTimersByTime(12 * 60_000);
    await open();
    expect(connections).toHaveLength(1);
    vi.advanceTimersByTime(2 * 60_000);
    await open();
    expect(connections).toHaveLength(2);
    channel.close();
  });

  it('uses a connection whose token seems to have ended: the clock may be wrong', async () => {
    const { channel, connections } = await stand(subscribed, { lastsMs: -3_600_000 });
    expect(await next(channel.tell('job_1', 0, undefined)[Symbol.asyncIterator]())).toBe('open');
    expect(connections).toHaveLength(1);
    channel.close();
  });

  it('goes on elsewhere after a reconnect notice', async () => {
    const { channel, connections } = await stand();
    const first = channel.tell('job_1', 0, undefined)[Symbol.asyncIterator]();
    expect(await next(first)).toBe('open');
    connections[0]?.socket.send(JSON.stringify({ type: 'reconnect' }));
    expect(await next(first)).toBe('end');
    expect(await next(channel.tell('job_1', 5, undefined)[Symbol.asyncIterator]())).toBe('open');
    expect(connections[1]?.messages).toEqual([{ type: 'subscribe', id: '1', job: 'job_1', after: 5 }]);
    channel.close();
  });

  it('throws what the service says of the token, and asks again the next time', async () => {
    const refused = new ApiError('Too narrow', { status: 403, problem: { code: 'forbidden' } });
    let asks = 0;
    const give = async () => {
      asks += 1;
      if (asks === 1) throw refused;
      return 'good';
    };
    const { channel } = await stand(subscribed, { give });
    await expect(next(channel.tell('job_1', 0, undefined)[Symbol.asyncIterator]())).rejects.toBe(refused);
    expect(await next(channel.tell('job_1', 0, undefined)[Symbol.asyncIterator]())).toBe('open');
    channel.close();
  });

  it('leaves nothing behind where it is stopped before it is open', async () => {
    const held = Promise.withResolvers<string>();
    const { channel, connections } = await stand(subscribed, { give: () => held.promise });
    const control = new AbortController();
    const asked = next(channel.tell('job_1', 0, control.signal)[Symbol.asyncIterator]());
    control.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    held.resolve('late');
    await expect.poll(() => connections[0]?.socket.readyState, { timeout: 5_000 }).toBe(3);
    expect(connections[0]?.messages.at(-1)).toEqual({ type: 'unsubscribe', id: '1' });
  });
});
