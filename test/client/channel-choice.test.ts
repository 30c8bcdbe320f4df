import { describe, expect, it } from 'vitest';
import { type Blocked, createChannelChoice } from '../../client/channel-choice.ts';
import { ApiError, NetworkError } from '../../client/errors.ts';
import { channelNames } from '../../client/types.ts';

const cut = new NetworkError('read', 'cut');
const refused = new ApiError('too many', { status: 429, problem: { code: 'too-many-subscriptions' } });

/** A choice with a clock that is set by hand. */
function stand({ blocked = new Map(), names = channelNames }: { blocked?: Blocked; names?: typeof channelNames } = {}) {
  const choice = createChannelChoice(names, { blocked, giveUpAfterMs: 60_000 });
  let nowMs = 0;
  const next = () => {
    const chosen = choice.next(nowMs);
    if ('failure' in chosen) return chosen;
    nowMs += chosen.pauseMs;
    return chosen;
  };
  return {
    blocked,
    next,
    /** The next channel does not open. */
    fail(error: unknown = cut) {
      const chosen = next();
      choice.ended(nowMs, error);
      return 'name' in chosen ? chosen.name : chosen;
    },
    /** The next channel ends by plan before it has opened. */
    stop() {
      const chosen = next();
      choice.ended(nowMs);
      return 'name' in chosen ? chosen.name : chosen;
    },
    /** The next channel opens, tells or not, and ends after a while. */
    open({ tells = true, lastsMs = 5_000, error }: { tells?: boolean; lastsMs?: number; error?: unknown } = {}) {
      const chosen = next();
      choice.opened(nowMs);
      if (tells) choice.told();
      nowMs += lastsMs;
      choice.ended(nowMs, error);
      return 'name' in chosen ? chosen.name : chosen;
    },
    wait(ms: number) {
      nowMs += ms;
    },
  };
}

describe('createChannelChoice()', () => {
  it('takes the best channel, again and again, at once', () => {
    const { open, next } = stand();
    expect([open(), open({ error: cut }), open({ tells: false, lastsMs: 60_000 })]).toEqual(Array(3).fill('websocket'));
    expect(next()).toEqual({ name: 'websocket', pauseMs: 0 });
  });

  it('goes down a step where a channel does not open, and remembers it for all once a lesser one does', () => {
    const { fail, open, blocked, wait } = stand();
    expect([fail(), fail()]).toEqual(['websocket', 'sse']);
    expect(blocked.size).toBe(0);
    expect(open()).toBe('long-poll');
    expect([...blocked.keys()]).toEqual(['websocket', 'sse']);
    expect(stand({ blocked }).next()).toMatchObject({ name: 'long-poll' });
    expect(open()).toBe('long-poll');
    wait(5 * 60_000);
    expect(open()).toBe('websocket');
  });

  it('blames nobody where all fail: the network is away, and after a growing pause all are tried again', () => {
    const { fail, next, blocked } = stand();
    expect([fail(), fail(), fail(), fail()]).toEqual([...channelNames]);
    expect(next()).toMatchObject({ name: 'websocket', pauseMs: expect.toSatisfy((ms) => ms >= 125 && ms <= 250) });
    expect(blocked.size).toBe(0);
  });

  it('gives up with the last failure where nothing gets through for too long', () => {
    const { fail, next, wait } = stand();
    for (let failures = 0; failures < 8; failures += 1) fail();
    wait(60_000);
    expect(next()).toEqual({ failure: cut });
  });

  it('counts from the end of what was open: an hour by one channel, then a short outage, is no reason to give up', () => {
    const { fail, open, next, wait } = stand();
    expect(open({ lastsMs: 3_600_000, error: cut })).toBe('websocket');
    expect([fail(), fail(), fail(), fail()]).toEqual([...channelNames]);
    expect(fail()).toBe('websocket');
    wait(60_000);
    expect([fail(), fail(), fail()]).toEqual(['sse', 'long-poll', 'poll']);
    expect(next()).toEqual({ failure: cut });
  });

  it('takes the same channel again where it ends by plan before it is open, but not for ever', () => {
    const { stop, open, next } = stand();
    expect([stop(), stop()]).toEqual(['websocket', 'websocket']);
    expect(open()).toBe('websocket');
    expect([stop(), stop(), stop()]).toEqual(Array(3).fill('websocket'));
    expect(next()).toMatchObject({ name: 'sse' });
  });

  it('leaves a channel that opens and at once ends, three times over, with pauses between', () => {
    const { open, next } = stand();
    const short = { tells: false, lastsMs: 10, error: cut };
    expect([open(short), open(short), open(short)]).toEqual(Array(3).fill('websocket'));
    expect(next()).toMatchObject({ name: 'sse' });
  });

  it('stays with a channel that is cut but tells something each time', () => {
    const { open } = stand();
    const told = Array.from({ length: 10 }, () => open({ lastsMs: 10, error: cut }));
    expect(new Set(told)).toEqual(new Set(['websocket']));
  });

  it('does not blame the way for what the service refuses for this job', () => {
    const { fail, open, blocked } = stand();
    expect(fail(refused)).toBe('websocket');
    expect([open(), open()]).toEqual(['sse', 'sse']);
    expect(blocked.size).toBe(0);
  });

  it('waits as long as Retry-After says', () => {
    const { fail, next } = stand();
    fail(new ApiError('busy', { status: 503, retryAfterMs: 7_000, problem: { code: 'unavailable' } }));
    expect(next()).toEqual({ name: 'sse', pauseMs: 7_000 });
  });

  it('tries a blocked channel where there is no other', () => {
    const blocked: Blocked = new Map([['websocket', 1_000_000]]);
    const choice = createChannelChoice(['websocket'], { blocked, giveUpAfterMs: 1 });
    expect(choice.next(0)).toMatchObject({ name: 'websocket' });
  });
});
