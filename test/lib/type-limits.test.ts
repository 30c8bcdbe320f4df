import { expect, test } from 'vitest';
import { defaultLimits as defaults } from '../../lambdas/define-job.ts';
import { parseTypeLimits, workerSeconds } from '../../lib/type-limits.ts';

const parse = (declared: unknown, ordered = false) =>
  parseTypeLimits(declared, { path: 'jobs/a.ts', ordered, defaults });

test('parseTypeLimits() lays what is declared over the defaults', () => {
  expect(parse(undefined)).toEqual(defaults);
  expect(parse({ memoryMb: 1024, batch: undefined })).toEqual({ ...defaults, memoryMb: 1024 });
});

test('parseTypeLimits() takes runs and pauses that fit into the week for which a queue keeps a message', () => {
  const limits = { maxRuns: 15, backoffSeconds: 900, maxBackoffSeconds: 43_200, batch: 1, timeoutSeconds: 895 };
  expect(parse(limits)).toMatchObject(limits);
});

test('parseTypeLimits() gives an ordered type a batch of 1', () => {
  expect(parse({ timeoutSeconds: 300 }, true)).toMatchObject({ batch: 1, timeoutSeconds: 300 });
});

test.each([
  [{ timeoutSeconds: 895, batch: 1 }, 900],
  [{ timeoutSeconds: 89, batch: 10 }, 895],
  [{ timeoutSeconds: 1, batch: 1 }, 6],
])('workerSeconds() of %o is %d', (declared, seconds) => {
  expect(workerSeconds(parse(declared))).toBe(seconds);
});

test.each([
  [{ timeoutSeconds: 0 }, 'Cannot use limits.timeoutSeconds 0 in jobs/a.ts: it must be a whole number from 1 to 895'],
  [{ timeoutSeconds: 896, batch: 1 }, 'limits.timeoutSeconds 896'],
  [{ timeoutSeconds: 1.5 }, 'limits.timeoutSeconds 1.5'],
  [{ timeoutSeconds: '60' }, 'limits.timeoutSeconds "60"'],
  [{ memoryMb: 127 }, 'it must be a whole number from 128 to 10240'],
  [{ maxRuns: 26 }, 'it must be a whole number from 1 to 25'],
  [{ concurrency: 1 }, 'Cannot use limits.concurrency 1 in jobs/a.ts: it must be a whole number from 2 to 1000'],
  [{ batch: 11 }, 'it must be a whole number from 1 to 10'],
  [{ backoffSeconds: 0 }, 'it must be a whole number from 1 to 900'],
  [{ backoffSeconds: 60, maxBackoffSeconds: 30 }, 'it must be at most limits.maxBackoffSeconds 30'],
  [
    { maxRuns: 25, backoffSeconds: 900, maxBackoffSeconds: 43_200 },
    'Cannot give jobs/a.ts 25 runs with maxBackoffSeconds 43200: with the pauses between them they may take 10.6 days, it must be at most 6',
  ],
  [{ retentionDays: 0 }, 'Cannot use limits.retentionDays 0 in jobs/a.ts: it must be a whole number from 1 to 365'],
  [
    { retries: 3 },
    'Cannot use limits.retries in jobs/a.ts: there is no such limit, it must be one of timeoutSeconds, ',
  ],
  [[], 'Cannot read the limits of jobs/a.ts: they must be an object'],
  [{ timeoutSeconds: 300, batch: 10 }, 'batch x timeoutSeconds + 5 must be at most 900, write limits.batch 2'],
])('parseTypeLimits() refuses %o', (declared, message) => {
  expect(() => parse(declared)).toThrow(message);
});

test('parseTypeLimits() refuses a batch for an ordered type', () => {
  expect(() => parse({ batch: 2 }, true)).toThrow('an ordered type runs one by one, write 1 or leave it out');
});
