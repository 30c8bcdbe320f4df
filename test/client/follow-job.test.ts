import { describe, expect, it, vi } from 'vitest';
import type { Told } from '../../client/channels/channel.ts';
import { ApiError, NetworkError } from '../../client/errors.ts';
import { followJob } from '../../client/follow-job.ts';
import type { OpenChannels } from '../../client/open-channels.ts';
import type { Requests, SendOptions } from '../../client/requests.ts';
import { channelNames, type EventsOptions } from '../../client/types.ts';
import type { EventType } from '../../protocol/lifecycle.ts';
import type { Job, JobEvent } from '../../protocol/types.ts';

const job = 'job_1';
const types: EventType[] = ['job.queued', 'job.running', 'job.output', 'job.progress', 'job.output', 'job.succeeded'];
/** The log: its fourth event is progress, which a `prevSeq` passes over. */
const log: JobEvent[] = types.map((type, index) => {
  const seq = index + 1;
  return { id: `evt_${seq}`, seq, prevSeq: seq === 5 ? 3 : index, type, time: '', job, data: { n: seq } };
});
const [first, second, third, , fifth, last] = log as [JobEvent, JobEvent, JobEvent, JobEvent, JobEvent, JobEvent];
const told = (...events: JobEvent[]): Told[] => events.map((event) => ({ type: 'event', event }));
const open: Told = { type: 'open' };
const done: Told = { type: 'done' };

/** Channels that tell what they are told to, opening after opening; an error is thrown. The log is read for real. */
function scripted(openings: (Told | Error)[][], { giveUpAfterMs = 1_000 } = {}) {
  const cursors: number[] = [];
  const asked: string[] = [];
  const requests: Pick<Requests, 'send'> = {
    async send<Body>(_method: string, path: string, { query }: SendOptions = {}) {
      asked.push(path + (query ? `?after=${query.after}` : ''));
      const one = /events\/(\d+)$/.exec(path)?.[1];
      const events = log.filter(({ seq }) => seq > Number(query?.after));
      const body = one ? log[Number(one) - 1] : { events, cursor: 6, done: true };
      return { status: 200, headers: new Headers(), body: body as Body };
    },
  };
  const channels: OpenChannels = {
    requests: requests as Requests,
    blocked: new Map(),
    giveUpAfterMs,
    onChannel: undefined,
    names: () => [...channelNames],
    get: (name) => ({
      name,
      async *tell(_, after) {
        cursors.push(after);
        for (const each of openings.shift() ?? []) {
          if (each instanceof Error) throw each;
          yield each;
        }
      },
    }),
    close() {},
  };
  return { channels, cursors, asked };
}

async function follow(openings: (Told | Error)[][], options: EventsOptions = {}) {
  const { channels, cursors, asked } = scripted(openings);
  const events: JobEvent[] = [];
  for await (const event of followJob(channels, job, options)) events.push(event);
  return { events, seqs: events.map(({ seq }) => seq), cursors, asked };
}

describe('followJob()', () => {
  it('tells each event once, in order, and ends with the job', async () => {
    const { seqs, asked } = await follow([[open, ...told(...log)]]);
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6]);
    expect(asked).toEqual([]);
  });

  it('drops what is not above its cursor', async () => {
    const { seqs } = await follow([[open, ...told(first, second, second, first, third, fifth, third, last)]]);
    expect(seqs).toEqual([1, 2, 3, 5, 6]);
  });

  it('reads the log where prevSeq shows a gap, and not where only progress is missing', async () => {
    const gap = await follow([[open, ...told(first, fifth, last)]]);
    expect(gap.seqs).toEqual([1, 2, 3, 4, 5, 6]);
    expect(gap.asked).toEqual(['/jobs/job_1/events?after=1']);
    const progress = await follow([[open, ...told(first, second, third, fifth, last)]]);
    expect(progress).toMatchObject({ seqs: [1, 2, 3, 5, 6], asked: [] });
  });

  it('goes on from its cursor where an opening ends, by plan or by a cut', async () => {
    const cut = new NetworkError('read', 'cut');
    const { seqs, cursors } = await follow(
      [
        [open, ...told(first, second)],
        [open, ...told(third), cut],
        [open, ...told(fifth, last)],
      ],
      {
        after: 1,
      },
    );
    expect(seqs).toEqual([2, 3, 5, 6]);
    expect(cursors).toEqual([1, 2, 3]);
  });

  it('looks into the log where a channel says that the job is done: the last event may be lost', async () => {
    const { seqs } = await follow([[open, ...told(first), done]]);
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('starts anew after a reset, and says so', async () => {
    const resets: Job[] = [];
    const reset: Told = { type: 'reset', job: { id: job } as Job };
    const { seqs, cursors } = await follow(
      [
        [open, reset],
        [open, ...told(...log)],
      ],
      {
        after: 99,
        onReset: (each) => resets.push(each),
      },
    );
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6]);
    expect(cursors).toEqual([99, 0]);
    expect(resets).toEqual([{ id: job }]);
  });

  it('fetches what was too large to travel, unless told not to', async () => {
    const { data: _, ...rest } = third;
    const short: JobEvent = { ...rest, truncated: true, url: 'https://elsewhere.example/' };
    const openings = () => [[open, ...told(first, second, short, fifth, last)]];
    const whole = await follow(openings());
    expect(whole.events[2]).toEqual(third);
    expect(whole.asked).toEqual(['/jobs/job_1/events/3']);
    const asTold = await follow(openings(), { fetchTruncated: false });
    expect(asTold).toMatchObject({ asked: [], seqs: [1, 2, 3, 5, 6] });
    expect(asTold.events[2]).toEqual(short);
  });

  it('throws what the service refuses, and falls back from what it cannot do now', async () => {
    const unknown = new ApiError('none', { status: 404, problem: { code: 'not-found' } });
    await expect(follow([[unknown]])).rejects.toBe(unknown);
    const busy = new ApiError('busy', { status: 503, problem: { code: 'unavailable' } });
    expect((await follow([[busy], [open, ...told(...log)]])).seqs).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('gives up, after growing pauses, on a service that answers and always fails', async () => {
    vi.useFakeTimers();
    try {
      const failing = new ApiError('broken', { status: 500, problem: { code: 'internal-error' } });
      const { channels, cursors } = scripted(
        Array.from({ length: 1_000 }, () => [failing]),
        { giveUpAfterMs: 60_000 },
      );
      const following = followJob(channels, job, {}).next();
      const refused = expect(following).rejects.toBe(failing);
      await vi.advanceTimersByTimeAsync(59_000);
      expect(cursors.length).toBeLessThan(4 * 25);
      await vi.advanceTimersByTimeAsync(10_000);
      await refused;
    } finally {
      vi.useRealTimers();
    }
  });

  it('throws what is no fault of a channel, such as one of onReset', async () => {
    const reset: Told = { type: 'reset', job: { id: job } as Job };
    const onReset = () => {
      throw new RangeError('mine');
    };
    await expect(follow([[open, reset]], { onReset })).rejects.toThrow('mine');
  });

  it('throws the reason of its signal', async () => {
    const control = new AbortController();
    const { channels } = scripted([[open, ...told(...log)]]);
    const seen: number[] = [];
    const following = (async () => {
      for await (const { seq } of followJob(channels, job, { signal: control.signal })) {
        seen.push(seq);
        if (seq === 2) control.abort(new Error('enough'));
      }
    })();
    await expect(following).rejects.toThrow('enough');
    expect(seen).toEqual([1, 2]);
  });
});
