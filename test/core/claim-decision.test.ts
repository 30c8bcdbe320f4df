import { describe, expect, it } from 'vitest';
import { decideBurial, decideClaim, lastFailure } from '../../lambdas/core/claim-decision.ts';
import { applyChange, cancel, claim, retry, succeed } from '../../lambdas/core/job-changes.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { queuedJob, startMs } from './job-records.ts';

const now = startMs + 10_000;
const leaseUntilMs = now + 60_000;
const error = { code: 'flaky', message: 'run 1' };
const queued = queuedJob();
const held = applyChange(queued, claim(queued, { now: startMs, leaseUntilMs: now + 5_000 }));
const dead = { ...held, leaseUntilMs: now - 1 };
const retrying = applyChange(held, retry(held, { now: startMs, error, nextRunAtMs: now + 3_000 }));
const done = applyChange(held, succeed(held, { now: startMs, output: { inline: '1', bytes: 1 } }));

const watcher = { connection: 'c', subscription: 's', state: 'live' as const, afterSeq: 1 };
const canceled = applyChange({ ...queued, watchers: [watcher] }, cancel(queued, now - 1_000));

const written = (decision: ReturnType<typeof decideClaim>) =>
  decision.act === 'write'
    ? [decision.change.events[0]?.type, decision.change.set.run ?? decision.change.set.error?.code]
    : decision;

describe('decideClaim()', () => {
  const cases: [string, JobRecord, unknown][] = [
    ['claims a queued job', queued, ['job.running', 1]],
    ['claims a job whose run died', dead, ['job.running', 2]],
    ['waits for a lease that is held', held, { act: 'wait', untilMs: now + 5_000 }],
    ['waits for the pause after a failed run', retrying, { act: 'wait', untilMs: now + 3_000 }],
    ['claims after the pause', { ...retrying, notBeforeMs: now }, ['job.running', 2]],
    ['acknowledges a job that is done', done, { act: 'acknowledge' }],
    ['waits for whoever may be telling watchers of a cancel', canceled, { act: 'wait', untilMs: now + 29_000 }],
    [
      'waits for the run that another message of the job may have had',
      { ...done, watchers: [watcher], resentAtMs: startMs },
      { act: 'wait', untilMs: startMs + 30_000 },
    ],
    ['acknowledges a cancel that has been told', { ...canceled, announcedSeq: 2 }, { act: 'acknowledge' }],
    ['acknowledges a cancel without watchers', { ...canceled, watchers: [] }, { act: 'acknowledge' }],
    ['ends a canceled job whose run died', { ...dead, cancelRequestedAtMs: now }, ['job.canceled', undefined]],
    [
      'waits for a live run that was told to cancel',
      { ...held, cancelRequestedAtMs: now },
      { act: 'wait', untilMs: now + 5_000 },
    ],
    ['ends a queued job past its deadline', { ...queued, deadlineAtMs: now }, ['job.timed-out', 'deadline-exceeded']],
    ['ends a dead run past its deadline', { ...dead, deadlineAtMs: now }, ['job.timed-out', 'deadline-exceeded']],
    [
      'leaves a live run its last moments past the deadline',
      { ...held, deadlineAtMs: now },
      { act: 'wait', untilMs: now + 5_000 },
    ],
    [
      'waits for a lease no longer than a run may take to stop at the deadline',
      { ...held, deadlineAtMs: now - 1_000, leaseUntilMs: now + 600_000 },
      { act: 'wait', untilMs: now + 4_000 },
    ],
    [
      'ends a job whose run still has the lease, but has not stopped at the deadline',
      { ...held, deadlineAtMs: now - 5_000, leaseUntilMs: now + 600_000 },
      ['job.timed-out', 'deadline-exceeded'],
    ],
    [
      'waits no longer than the deadline',
      { ...retrying, deadlineAtMs: now + 1_000 },
      { act: 'wait', untilMs: now + 1_000 },
    ],
    ['ends a job whose last run died', { ...dead, run: 3 }, ['job.failed', 'runs-exhausted']],
    [
      'ends any job after 14 days',
      { ...queued, createdAtMs: now - 14 * 86_400_000 },
      ['job.timed-out', 'deadline-exceeded'],
    ],
  ];
  it.each(cases)('%s', (_, record, expected) => {
    expect(written(decideClaim(record, { now, leaseUntilMs }))).toEqual(expected);
  });
});

describe('decideBurial()', () => {
  const cases: [string, JobRecord, unknown][] = [
    ['waits for a lease that is held', held, { act: 'wait', untilMs: now + 5_000 }],
    ['ends a job whose message died', queued, ['job.failed', 'dead-lettered']],
    ['waits for another message of a job whose run died', dead, { act: 'wait', untilMs: now - 1 + 900_000 }],
    [
      'waits for another message of a job in the pause between two runs',
      retrying,
      { act: 'wait', untilMs: now + 3_000 + 900_000 },
    ],
    [
      'waits for the message of a job that was sent again',
      { ...queued, resentAtMs: now - 1_000 },
      { act: 'wait', untilMs: now - 1_000 + 900_000 },
    ],
    [
      'ends a job that no other message has come for',
      { ...dead, leaseUntilMs: now - 900_000 },
      ['job.failed', 'dead-lettered'],
    ],
    ['ends a job without runs left as such', { ...dead, run: 3 }, ['job.failed', 'runs-exhausted']],
    ['ends a canceled job as canceled', { ...dead, cancelRequestedAtMs: now }, ['job.canceled', undefined]],
    ['leaves a job alone that is done', done, { act: 'acknowledge' }],
  ];
  it.each(cases)('%s', (_, record, expected) => {
    expect(written(decideBurial(record, now))).toEqual(expected);
  });
});

describe('lastFailure()', () => {
  it('is the error that the last run left', () => expect(lastFailure(retrying)).toEqual(error));
  it('is that the run was lost where it left none', () => {
    expect(lastFailure(applyChange(retrying, claim(retrying, { now, leaseUntilMs }))).code).toBe('run-lost');
  });
});
