import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Channel, Told } from '../../../client/channels/channel.ts';
import { longPollChannel, pollChannel } from '../../../client/channels/polls.ts';
import type { Answer, Requests, SendOptions } from '../../../client/requests.ts';
import type { EventPage, JobEvent } from '../../../protocol/types.ts';

const event = (seq: number) => ({ seq, prevSeq: seq - 1, type: 'job.output', job: 'job_1' }) as JobEvent;
const page = (seqs: number[], rest: Partial<EventPage> = {}): Partial<Answer<unknown>> => ({
  body: { events: seqs.map(event), cursor: seqs.at(-1) ?? 0, done: false, ...rest },
});
const jobAt = (seq: number, headers: Record<string, string> = {}): Partial<Answer<unknown>> => ({
  body: { seq },
  headers: new Headers({ etag: `"${seq}"`, 'retry-after': '3', ...headers }),
});
const unchanged = (headers: Record<string, string>): Partial<Answer<unknown>> => ({
  status: 304,
  headers: new Headers({ etag: '"2"', ...headers }),
});

/** Requests that are answered one after another, and kept with the time at which they came. */
function scripted(answers: Partial<Answer<unknown>>[]) {
  const asked: { atMs: number; path: string; options: SendOptions }[] = [];
  const requests: Requests = {
    timeoutMs: 30_000,
    open: () => Promise.reject(new Error('not asked for')),
    async send<Body>(_: string, path: string, options: SendOptions = {}) {
      asked.push({ atMs: Date.now(), path, options });
      const answer = { status: 200, headers: new Headers(), body: undefined, ...answers.shift() };
      return answer as Answer<Body>;
    },
  };
  return { requests, asked };
}

async function toldBy(channel: Channel, after = 0): Promise<Told[]> {
  const told: Told[] = [];
  const telling = (async () => {
    for await (const each of channel.tell('job_1', after, undefined)) told.push(each);
  })();
  await vi.runAllTimersAsync();
  await telling;
  return told;
}

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

describe('longPollChannel()', () => {
  it('asks once, for as long as the server waits, and tells what it gets', async () => {
    const { requests, asked } = scripted([page([8], { done: true })]);
    expect(await toldBy(longPollChannel(requests, { connectTimeoutMs: 8_000 }), 7)).toEqual([
      { type: 'open' },
      { type: 'event', event: event(8) },
      { type: 'done' },
    ]);
    expect(asked).toMatchObject([
      {
        path: '/jobs/job_1/events',
        options: { query: { after: 7 }, headers: { prefer: 'wait=25' }, timeoutMs: 33_000 },
      },
    ]);
  });
});

describe('pollChannel()', () => {
  it('looks at the job until it has news, then reads them', async () => {
    const { requests, asked } = scripted([
      page([1, 2]),
      jobAt(2),
      unchanged({ 'retry-after': '2' }),
      jobAt(4),
      page([3, 4], { done: true }),
    ]);
    const told = await toldBy(pollChannel(requests));
    expect(told.flatMap((each) => (each.type === 'event' ? [each.event.seq] : []))).toEqual([1, 2, 3, 4]);
    expect(told.at(-1)).toEqual({ type: 'done' });
    expect(asked.map(({ atMs, path }) => [atMs, path])).toEqual([
      [0, '/jobs/job_1/events'],
      [0, '/jobs/job_1'],
      [3_000, '/jobs/job_1'],
      [5_000, '/jobs/job_1'],
      [5_000, '/jobs/job_1/events'],
    ]);
    expect(asked.map(({ options }) => options.headers?.['if-none-match'])).toEqual([
      undefined,
      undefined,
      '"2"',
      '"2"',
      undefined,
    ]);
  });

  it('waits ten seconds at most, and one where nothing is said', async () => {
    const { requests, asked } = scripted([
      page([1, 2]),
      unchanged({ 'retry-after': '60' }),
      unchanged({}),
      jobAt(3),
      page([3], { done: true }),
    ]);
    await toldBy(pollChannel(requests));
    expect(asked.map(({ atMs }) => atMs)).toEqual([0, 0, 10_000, 11_000, 11_000]);
  });

  it('tells of a reset', async () => {
    const { requests } = scripted([page([1], { done: true, reset: { job: { id: 'job_1' } as never } })]);
    expect(await toldBy(pollChannel(requests), 99)).toContainEqual({ type: 'reset', job: { id: 'job_1' } });
  });
});
