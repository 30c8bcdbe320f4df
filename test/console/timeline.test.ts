import { describe, expect, test } from 'vitest';
import { afterEvent } from '../../console/model/follow-job.ts';
import { partsOf, timelineOf, withNewer } from '../../console/model/timeline.ts';
import type { EventType } from '../../protocol/lifecycle.ts';
import type { Job, JobEvent, Json } from '../../protocol/types.ts';

function log(...entries: [EventType, Json?][]): JobEvent[] {
  return entries.map(([type, data], index) => ({
    id: `evt_${index + 1}`,
    seq: index + 1,
    prevSeq: index,
    type,
    time: new Date(1_000 * index).toISOString(),
    job: 'job_a',
    ...(data !== undefined && { data }),
  }));
}

const twoRuns = log(
  ['job.queued', { status: 'queued' }],
  ['job.running', { status: 'running', run: 1 }],
  ['job.output', { run: 1, part: 'lost' }],
  ['job.retrying', { status: 'queued', run: 1, error: { code: 'flaky', message: 'It broke' }, nextRunAt: '' }],
  ['job.running', { status: 'running', run: 2 }],
  ['job.output', { run: 2, part: 'a' }],
  ['job.progress', { run: 2, percent: 50, message: 'Half' }],
  ['job.output', { run: 2, part: 'b' }],
  ['job.progress', { run: 2, percent: 100 }],
  ['job.succeeded', { status: 'succeeded', output: 'ab' }],
);

const queued: Job = {
  id: 'job_a',
  type: 'echo',
  status: 'queued',
  done: false,
  seq: 1,
  run: 0,
  maxRuns: 3,
  createdAt: '1970-01-01T00:00:00.000Z',
  links: { self: '', events: '', cancel: '', retry: '', deliveries: '' },
};

describe('timelineOf()', () => {
  test('has one line for the parts of a run and one for its progress, though they alternate', () => {
    expect(timelineOf(twoRuns).map(({ type, count, run, isVoid }) => ({ type, count, run, isVoid }))).toEqual([
      { type: 'job.queued', count: 1, run: undefined, isVoid: false },
      { type: 'job.running', count: 1, run: 1, isVoid: false },
      { type: 'job.output', count: 1, run: 1, isVoid: true },
      { type: 'job.retrying', count: 1, run: 1, isVoid: false },
      { type: 'job.running', count: 1, run: 2, isVoid: false },
      { type: 'job.output', count: 2, run: 2, isVoid: false },
      { type: 'job.progress', count: 2, run: 2, isVoid: false },
      { type: 'job.succeeded', count: 1, run: undefined, isVoid: false },
    ]);
  });

  test('says how long after the line before each one came', () => {
    expect(timelineOf(twoRuns).map(({ sinceMs }) => sinceMs)).toEqual([
      undefined,
      1000,
      1000,
      1000,
      1000,
      1000,
      1000,
      1000,
    ]);
  });
});

describe('partsOf()', () => {
  test('has the parts of the newest run alone', () => {
    expect(partsOf(twoRuns)).toEqual(['a', 'b']);
    expect(partsOf(twoRuns.slice(0, 3))).toEqual(['lost']);
    expect(partsOf(twoRuns.slice(0, 5))).toEqual([]);
  });
});

describe('withNewer()', () => {
  test('drops what is not above the cursor', () => {
    expect(withNewer(twoRuns.slice(0, 2), twoRuns.slice(1, 4))).toEqual(twoRuns.slice(0, 4));
    const known = twoRuns.slice(0, 2);
    expect(withNewer(known, twoRuns.slice(0, 1))).toBe(known);
    expect(withNewer([], twoRuns)).toEqual(twoRuns);
  });
});

describe('afterEvent()', () => {
  test('leads a job through its log', () => {
    const states = twoRuns.slice(1).map((_, index) => twoRuns.slice(1, index + 2).reduce(afterEvent, queued));
    expect(states.map(({ status, run, progress }) => [status, run, progress?.percent])).toEqual([
      ['running', 1, undefined],
      ['running', 1, undefined],
      ['queued', 1, undefined],
      ['running', 2, undefined],
      ['running', 2, undefined],
      ['running', 2, 50],
      ['running', 2, 50],
      ['running', 2, 100],
      ['succeeded', 2, 100],
    ]);
    expect(states.at(-1)).toMatchObject({ done: true, output: 'ab', seq: 10, finishedAt: twoRuns.at(-1)?.time });
  });

  test('keeps a job that has heard of the event already', () => {
    const job = { ...queued, seq: 99 };
    expect(twoRuns.reduce(afterEvent, job)).toBe(job);
  });

  test('takes the error of a job that failed', () => {
    const error = { code: 'runs-exhausted', message: 'None of 3 runs succeeded' };
    const [, failed] = log(['job.queued'], ['job.failed', { status: 'failed', error }]);
    expect(failed && afterEvent(queued, failed)).toMatchObject({ status: 'failed', done: true, error });
  });
});
