import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Told } from '../../../client/channels/channel.ts';
import { type LiveConnection, openLiveConnection } from '../../../client/channels/live-connection.ts';
import { limits } from '../../../protocol/limits.ts';
import type { ClientMessage, ServerMessage } from '../../../protocol/socket-messages.ts';
import type { JobEvent } from '../../../protocol/types.ts';

/** The far end of a WebSocket, moved by hand. */
class FarEnd extends EventTarget {
  static last: FarEnd | undefined;
  readonly url: string;
  readyState = 0;
  sent: ClientMessage[] = [];

  constructor(url: string) {
    super();
    this.url = url;
    FarEnd.last = this;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
  }

  say(message: ServerMessage): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(message) }));
  }
}

const url = 'ws://localhost/live?access_token=t';
const event = { seq: 1, prevSeq: 0, type: 'job.queued', job: 'job_1' } as JobEvent;

async function opened(): Promise<{ connection: LiveConnection; far: FarEnd }> {
  const opening = openLiveConnection(FarEnd as never, { url, timeoutMs: 1_000, freshMs: 3_600_000 });
  const far = FarEnd.last ?? new FarEnd('');
  far.dispatchEvent(new Event('open'));
  return { connection: await opening, far };
}

/** All that a subscription tells until it ends, and the error it ends with. */
async function ending(subscription: AsyncIterable<Told>): Promise<{ told: Told[]; error?: unknown }> {
  const told: Told[] = [];
  try {
    for await (const each of subscription) told.push(each);
    return { told };
  } catch (error) {
    return { told, error };
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('openLiveConnection()', () => {
  it.each(['error', 'close'])('rejects on %s', async (type) => {
    const opening = openLiveConnection(FarEnd as never, { url, timeoutMs: 1_000, freshMs: 1 });
    FarEnd.last?.dispatchEvent(new Event(type));
    await expect(opening).rejects.toMatchObject({ name: 'NetworkError' });
  });

  it('rejects, and closes, where the handshake takes too long', async () => {
    const opening = openLiveConnection(FarEnd as never, { url, timeoutMs: 1_000, freshMs: 1 });
    vi.advanceTimersByTime(1_000);
    await expect(opening).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(FarEnd.last?.readyState).toBe(3);
  });
});

describe('openLiveConnection() where a page may not open it', () => {
  it('rejects with a NetworkError', async () => {
    const Forbidden = class {
      constructor() {
        throw new Error('An insecure WebSocket connection may not be initiated from a page loaded over HTTPS');
      }
    };
    const opening = openLiveConnection(Forbidden as never, { url, timeoutMs: 1_000, freshMs: 1 });
    await expect(opening).rejects.toMatchObject({ name: 'NetworkError', cause: expect.any(Error) });
  });
});

describe('a live connection', () => {
  it('tells each subscription what is its own, until it is complete', async () => {
    const { connection, far } = await opened();
    const [one, two] = [connection.subscribe('job_1', 0), connection.subscribe('job_2', 7)];
    expect(far.sent).toEqual([
      { type: 'subscribe', id: '1', job: 'job_1', after: 0 },
      { type: 'subscribe', id: '2', job: 'job_2', after: 7 },
    ]);
    far.say({ type: 'subscribed', id: '1', job: {} as never });
    far.say({ type: 'reset', id: '2', job: { id: 'job_2' } as never });
    far.say({ type: 'event', id: '1', event });
    far.say({ type: 'event', id: '9', event });
    far.say({ type: 'complete', id: '1' });
    far.say({ type: 'complete', id: '2' });
    const first = one[Symbol.asyncIterator]();
    expect([await first.next(), await first.next(), await first.next()].map(({ value }) => value)).toEqual([
      { type: 'open' },
      { type: 'event', event },
      { type: 'done' },
    ]);
    const second = two[Symbol.asyncIterator]();
    expect((await second.next()).value).toEqual({ type: 'reset', job: { id: 'job_2' } });
    expect(connection.size()).toBe(0);
  });

  it('ends one subscription alone with what the service refuses', async () => {
    const { connection, far } = await opened();
    const [one, two] = [connection.subscribe('job_1', 0), connection.subscribe('job_2', 0)];
    const error = { status: 404, code: 'not-found', detail: 'Cannot find this job' } as never;
    far.say({ type: 'error', id: '1', error });
    expect((await ending(one)).error).toMatchObject({ name: 'ApiError', status: 404, message: 'Cannot find this job' });
    expect(connection.size()).toBe(1);
    two.leave();
    two.leave();
    expect(far.sent.filter(({ type }) => type === 'unsubscribe')).toEqual([{ type: 'unsubscribe', id: '2' }]);
  });

  it('subscribes to a hundred jobs, one after the other, as fast as the service takes messages of one connection', async () => {
    const { connection, far } = await opened();
    for (let index = 0; index < 100; index += 1) connection.subscribe(`job_${index}`, 0);
    far.say({ type: 'pong' });
    for (let seconds = 1; seconds <= 2; seconds += 1) {
      vi.advanceTimersByTime(1_000);
      expect(far.sent.length).toBeLessThanOrEqual(seconds * limits.maxMessagesPerConnectionSecond);
    }
    vi.advanceTimersByTime(1_000);
    expect(far.sent.map((message) => message.type === 'subscribe' && message.job)).toEqual(
      Array.from({ length: 100 }, (_, index) => `job_${index}`),
    );
  });

  it('counts what is left as its load until the service is told', async () => {
    const { connection, far } = await opened();
    const subscriptions = Array.from({ length: 10 }, (_, index) => connection.subscribe(`job_${index}`, 0));
    far.say({ type: 'pong' });
    for (const subscription of subscriptions) subscription.leave();
    expect([connection.size(), connection.load()]).toEqual([0, 10]);
    vi.advanceTimersByTime(300);
    expect([connection.size(), connection.load()]).toEqual([0, 0]);
  });

  it('pings after silence, later and later, up to four minutes', async () => {
    const { far } = await opened();
    const pings = () => far.sent.filter(({ type }) => type === 'ping').length;
    for (const [index, seconds] of [30, 60, 120, 240, 240].entries()) {
      vi.advanceTimersByTime(seconds * 1_000 - 1);
      expect(pings()).toBe(index);
      vi.advanceTimersByTime(1);
      expect(pings()).toBe(index + 1);
      far.say({ type: 'pong' });
    }
    far.say({ type: 'event', id: '9', event });
    vi.advanceTimersByTime(30_000);
    expect(pings()).toBe(6);
  });

  it('ends all with an error where no pong comes', async () => {
    const { connection, far } = await opened();
    const subscription = connection.subscribe('job_1', 0);
    far.say({ type: 'subscribed', id: '1', job: {} as never });
    vi.advanceTimersByTime(30_000 + 10_000);
    expect(await ending(subscription)).toMatchObject({ told: [{ type: 'open' }], error: { name: 'NetworkError' } });
    expect(connection.isFresh()).toBe(false);
    expect(far.readyState).toBe(3);
  });

  it('ends all with an error where it stays mute after its first message: the handshake alone came through', async () => {
    const { connection } = await opened();
    const subscription = connection.subscribe('job_1', 0);
    vi.advanceTimersByTime(1_000);
    expect((await ending(subscription)).error).toMatchObject({ name: 'TimeoutError' });
  });

  it('ends all with an error where something else than the service speaks', async () => {
    const { connection, far } = await opened();
    const subscription = connection.subscribe('job_1', 0);
    far.dispatchEvent(Object.assign(new Event('message'), { data: 'Welcome to the hotel' }));
    expect((await ending(subscription)).error).toMatchObject({ name: 'NetworkError' });
  });

  it('ends all by plan on reconnect, to be gone on with elsewhere', async () => {
    const { connection, far } = await opened();
    const subscription = connection.subscribe('job_1', 0);
    far.say({ type: 'subscribed', id: '1', job: {} as never });
    far.say({ type: 'reconnect' });
    expect(await ending(subscription)).toEqual({ told: [{ type: 'open' }] });
    expect(connection.isFresh()).toBe(false);
  });

  it('is not fresh any more once its token nears its end', async () => {
    const { connection, far } = await opened();
    for (let minutes = 0; minutes < 60; minutes += 1) {
      expect(connection.isFresh()).toBe(true);
      far.say({ type: 'event', id: '9', event });
      vi.advanceTimersByTime(29_000);
      far.say({ type: 'event', id: '9', event });
      vi.advanceTimersByTime(29_000);
      far.say({ type: 'event', id: '9', event });
      vi.advanceTimersByTime(2_000);
    }
    expect(connection.isFresh()).toBe(false);
  });

  it('does not keep without bound what nobody reads: the reader goes on from its cursor', async () => {
    const { connection, far } = await opened();
    const subscription = connection.subscribe('job_1', 0);
    for (let count = 0; count < 600; count += 1) far.say({ type: 'event', id: '1', event });
    expect(far.sent.at(-1)).toEqual({ type: 'unsubscribe', id: '1' });
    expect((await ending(subscription)).told).toHaveLength(500);
  });
});
