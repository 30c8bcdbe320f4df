import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { decideBurial, decideClaim } from '../../lambdas/core/claim-decision.ts';
import {
  applyChange,
  cancel,
  claim,
  fail,
  newJob,
  requestCancel,
  retry,
  succeed,
} from '../../lambdas/core/job-changes.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import { flushMetrics } from '../../lambdas/edge/metrics.ts';
import { noteCreated, noteFirstStart, noteRunEnd, noteTaken } from '../../lambdas/run/note-change.ts';
import { readEmf } from '../observe/emf.ts';
import { captureLines } from '../support/capture-lines.ts';

const lines = captureLines();
beforeEach(() => {
  vi.stubEnv('SERVICE', 'test');
  vi.stubEnv('LOG_LEVEL', 'debug');
  vi.useFakeTimers({ now: 100_000 });
});
afterEach(() => void vi.useRealTimers());

/** What `note` logs, and what it counts: name and status -> value. */
function noted(note: () => void) {
  note();
  const logged = lines.splice(0).map((line) => JSON.parse(line));
  flushMetrics();
  const counted = lines
    .flatMap(readEmf)
    .map(({ name, dimensions: { Status }, values }) => [Status === undefined ? name : `${name} ${Status}`, values[0]]);
  return { logged, counted: Object.fromEntries(counted) };
}

const now = 10_000;
const limits = { ...defaultLimits, maxRuns: 2 };
const error = { code: 'e', message: 'm' };
const traceId = 'a'.repeat(32);

function made(submit: { delaySeconds?: number } = {}): JobRecord {
  return newJob(
    { type: 'echo', input: 1, ...submit },
    {
      id: 'job_a',
      tenant: 'acme',
      type: { limits, ordered: false },
      digest: 'd',
      input: { inline: '1', bytes: 1 },
      now,
      traceparent: `00-${traceId}-${'b'.repeat(16)}-01`,
    },
  );
}
const started = (record: JobRecord, at: number) =>
  applyChange(record, claim(record, { now: at, leaseUntilMs: at + 1_000 }));

describe('noteFirstStart() and noteTaken() count how long a run waited since it was due', () => {
  const queued = made();
  const delayed = made({ delaySeconds: 5 });
  const running = started(queued, 11_000);
  const waiting = applyChange(running, retry(running, { now: 12_000, error, nextRunAtMs: 15_000 }));
  test.each<[string, () => void, number]>([
    ['its submit', () => noteFirstStart(started(queued, 10_400)), 400],
    ['the end of its delay', () => noteFirstStart(started(delayed, 15_300)), 300],
    ['its submit, by a claim that read it', () => noteTaken(queued, started(queued, 10_400)), 400],
    ['the end of its pause', () => noteTaken(waiting, started(waiting, 15_250)), 250],
    ['the end of the lease of a run that died', () => noteTaken(running, started(running, 12_700)), 700],
    ['a submit by a clock that is ahead', () => noteFirstStart(started(queued, 9_000)), 0],
  ])('%s', (_, note, waitMs) => {
    expect(noted(note).counted.QueueWaitMs).toBe(waitMs);
  });
});

describe('what becomes of a job is counted by whoever wrote it down', () => {
  const queued = made();
  const first = started(queued, 11_000);
  const again = applyChange(first, retry(first, { now: 11_500, error, nextRunAtMs: 12_000 }));
  const second = started(again, 12_000);
  const lease = { now: 20_000, leaseUntilMs: 30_000 };
  const decided = (record: JobRecord, decision: ReturnType<typeof decideClaim>) => {
    if (decision.act !== 'write') throw new Error(`Cannot try ${decision.act}`);
    return () => noteTaken(record, applyChange(record, decision.change));
  };
  const asked = applyChange(first, requestCancel(first, 11_100));
  test.each<[string, () => void, Record<string, number>, string[]]>([
    ['a new job', () => noteCreated(queued), { JobsAccepted: 1 }, ['job created']],
    [
      'a success',
      () => noteRunEnd(applyChange(first, succeed(first, { now: 11_250, output: { inline: '1', bytes: 1 } }))),
      { RunTimeMs: 250, 'JobsFinished succeeded': 1 },
      ['job succeeded'],
    ],
    [
      'a run that fails',
      () => noteRunEnd(again),
      { RunTimeMs: 500, RunsFailed: 1 },
      ['run failed, the job runs again'],
    ],
    [
      'the failure of a job',
      () => noteRunEnd(applyChange(second, fail(second, { now: 12_300, error }))),
      { RunTimeMs: 300, RunsFailed: 1, 'JobsFinished failed': 1 },
      ['job failed'],
    ],
    [
      'a run that is told to stop',
      () => noteRunEnd(applyChange(first, cancel(first, 11_010))),
      { RunTimeMs: 10, 'JobsFinished canceled': 1 },
      ['job canceled'],
    ],
    [
      'a cancel while the job is queued',
      () => noteTaken(queued, applyChange(queued, cancel(queued, 10_500))),
      { 'JobsFinished canceled': 1 },
      ['job canceled'],
    ],
    [
      'a run that died, and the next one',
      decided(first, decideClaim(first, lease)),
      { RunsFailed: 1, QueueWaitMs: 8_000 },
      ['run died', 'run started'],
    ],
    [
      'the last run that died',
      decided(second, decideClaim(second, lease)),
      { RunsFailed: 1, 'JobsFinished failed': 1, JobsDied: 1 },
      ['run died', 'job failed'],
    ],
    [
      'a run that died after a cancel',
      decided(asked, decideClaim(asked, lease)),
      { 'JobsFinished canceled': 1 },
      ['run died', 'job canceled'],
    ],
    [
      'a dead letter',
      decided(queued, decideBurial(queued, 20_000)),
      { 'JobsFinished failed': 1, JobsDied: 1 },
      ['job failed'],
    ],
  ])('%s', (_, note, counted, messages) => {
    const found = noted(note);
    expect(found.counted).toEqual(counted);
    expect(found.logged.map(({ message }) => message)).toEqual(messages);
    for (const line of found.logged)
      expect(line).toMatchObject({ job: 'job_a', tenant: 'acme', type: 'echo', traceId });
  });
});
