import { describe, expect, it } from 'vitest';
import { applyChange, claim } from '../../lambdas/core/job-changes.ts';
import { backoffMs, boundFailure, endRun, type RunEnd } from '../../lambdas/core/run-end.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import { startMs as now, queuedJob } from './job-records.ts';

const running = applyChange(queuedJob(), claim(queuedJob(), { now, leaseUntilMs: now + 1 }));
const last = { ...running, run: 3 };
const flagged = { ...running, cancelRequestedAtMs: now };
const overdue = { ...running, deadlineAtMs: now };
const threw: RunEnd = { error: { code: 'handler-error', message: 'no' }, final: false };
const gaveUp: RunEnd = { error: { code: 'bad-csv', message: 'line 3' }, final: true };
const output: RunEnd = { output: { inline: '1', bytes: 1 } };

describe('endRun()', () => {
  it.each([
    ['a return', running, output, 'succeeded', undefined],
    ['a return that beat the cancel', flagged, output, 'succeeded', undefined],
    ['a throw', running, threw, 'queued', undefined],
    ['a throw in the last run', last, threw, 'failed', 'runs-exhausted'],
    ['a final error', running, gaveUp, 'failed', 'bad-csv'],
    ['a throw after a cancel was asked for', flagged, threw, 'canceled', undefined],
    ['a throw past the deadline', overdue, threw, 'timed-out', 'deadline-exceeded'],
    ['a return past the deadline', overdue, output, 'timed-out', 'deadline-exceeded'],
    ['a final error past the deadline', overdue, gaveUp, 'timed-out', 'deadline-exceeded'],
    [
      'a return past the deadline of a job to cancel',
      { ...overdue, ...flagged, deadlineAtMs: now },
      output,
      'canceled',
      undefined,
    ],
    ['a run that was canceled', running, { stopped: 'canceled' }, 'canceled', undefined],
    ['a run past the deadline', running, { stopped: 'deadline' }, 'timed-out', 'deadline-exceeded'],
    ['a run out of time', running, { stopped: 'timeout' }, 'queued', undefined],
    ['a last run out of time', last, { stopped: 'timeout' }, 'failed', 'runs-exhausted'],
  ] as const)('%s', (_, record, end, status, code) => {
    const change = endRun(record, end, { now, limits: defaultLimits, random: 0.5 });
    expect([change.status, change.set.error?.code]).toEqual([status, code]);
  });

  it('tells when the next run is due', () => {
    const { events, set } = endRun(running, threw, { now, limits: defaultLimits, random: 0.5 });
    expect(set.notBeforeMs).toBe(now + 5_000);
    expect(events[0]).toMatchObject({
      type: 'job.retrying',
      run: 1,
      nextRunAtMs: now + 5_000,
      error: { code: 'handler-error' },
    });
  });

  it('names a run that was cut off as the cause', () => {
    const { set } = endRun(last, { stopped: 'timeout' }, { now, limits: defaultLimits, random: 0.5 });
    expect(set.error?.cause?.code).toBe('run-timeout');
  });
});

describe('backoffMs()', () => {
  const limits = { backoffSeconds: 5, maxBackoffSeconds: 60 };
  it.each([
    [1, 0.5, 5_000],
    [2, 0.5, 10_000],
    [4, 0.5, 40_000],
    [5, 0.5, 60_000],
    [25, 0.5, 60_000],
    [1, 0, 4_500],
    [1, 1, 5_500],
  ])('run %i with chance %f pauses %i ms', (run, random, pause) => {
    expect(backoffMs(limits, { run, random })).toBe(pause);
  });
});

describe('boundFailure()', () => {
  it('cuts texts that would not fit into HEAD', () => {
    const { code, message } = boundFailure('c'.repeat(100), 'm'.repeat(5_000));
    expect([code.length, message.length]).toEqual([64, 1_000]);
  });

  it('leaves no half of a surrogate pair', () => {
    expect(boundFailure('\ud800', `${'m'.repeat(999)}\u{1f4a9}`)).toEqual({
      code: '\ufffd',
      message: `${'m'.repeat(999)}\ufffd`,
    });
  });
});
