import { describe, expect, test } from 'vitest';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { retryAfterSeconds, type TypeLoad } from '../../lambdas/core/retry-after.ts';
import { addSamples } from '../../lambdas/core/run-statistics.ts';

type Timed = Parameters<typeof retryAfterSeconds>[0];

const startMs = 1_000_000;
const idle: TypeLoad = { concurrency: 10 };
const event = (type: 'job.queued' | 'job.running', timeMs: number) => ({ type, seq: 1, prevSeq: 0, timeMs });
const queued: Timed = { status: 'queued', createdAtMs: startMs, events: [event('job.queued', startMs)], run: 0 };
const running: Timed = { ...queued, status: 'running', events: [event('job.running', startMs)], run: 1 };
const progress = (percent: number, afterMs: number): JobRecord['progress'] => ({
  seq: 3,
  prevSeq: 2,
  timeMs: startMs + afterMs,
  run: 1,
  percent,
});

describe('retryAfterSeconds()', () => {
  test.each<[string, Timed, TypeLoad, number, number]>([
    ['nothing known, just queued', queued, idle, 0, 1],
    ['nothing known, grows with age', queued, idle, 40_000, 10],
    ['nothing known, never over 60', queued, idle, 3_600_000, 60],
    ['a clock that went back', queued, idle, -5_000, 1],
    ['an empty queue: one run', queued, { ...idle, meanMs: 8_000 }, 0, 8],
    ['a queue: its depth over the concurrency', queued, { ...idle, meanMs: 8_000, waiting: 20 }, 0, 24],
    ['held back by its delay', { ...queued, notBeforeMs: startMs + 30_000 }, { ...idle, meanMs: 2_000 }, 0, 32],
    ['held back, nothing known', { ...queued, notBeforeMs: startMs + 30_000 }, idle, 0, 30],
    ['running: what is left of the mean', running, { ...idle, meanMs: 30_000 }, 10_000, 20],
    ['running past the mean: by its age', running, { ...idle, meanMs: 5_000 }, 40_000, 10],
    [
      'running, by its own progress',
      { ...running, progress: progress(25, 10_000) },
      { ...idle, meanMs: 99_000 },
      10_000,
      30,
    ],
    [
      'progress of an earlier run counts for nothing',
      { ...running, run: 2, progress: progress(25, 10_000) },
      idle,
      10_000,
      3,
    ],
    ['progress at its start', { ...running, progress: progress(0, 5_000) }, idle, 8_000, 2],
  ])('%s', (_, record, load, afterMs, seconds) => {
    expect(retryAfterSeconds(record, { load, nowMs: startMs + afterMs })).toBe(seconds);
  });
});

describe('addSamples()', () => {
  test.each([
    ['the first sample is the mean', undefined, { count: 2, totalMs: 100 }, 50],
    ['one more moves it by a tenth', { meanMs: 100, atMs: 0 }, { count: 1, totalMs: 200 }, 110],
    ['many more replace it', { meanMs: 100, atMs: 0 }, { count: 1000, totalMs: 200_000 }, 200],
    ['a day later it is forgotten', { meanMs: 100, atMs: -90_000_000 }, { count: 1, totalMs: 200 }, 200],
  ])('%s', (_, known, samples, meanMs) => {
    expect(addSamples(known, samples, 0).meanMs).toBeCloseTo(meanMs, 5);
  });
});
