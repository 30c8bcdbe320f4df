import { describe, expect, it } from 'vitest';
import { decideBurial, decideClaim } from '../../lambdas/core/claim-decision.ts';
import { cutShort } from '../../lambdas/core/cut-short.ts';
import { applyChange, claim } from '../../lambdas/core/job-changes.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { endRun } from '../../lambdas/core/run-end.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import { startMs as now, queuedJob } from './job-records.ts';

const running = applyChange(queuedJob(), claim(queuedJob(), { now: now - 60_000, leaseUntilMs: now + 600_000 }));
const stuck = { ...running, deadlineAtMs: now - 5_000 };
const output = { output: { inline: '1', bytes: 1 } };

const changeOf = (decision: ReturnType<typeof decideClaim>) =>
  decision.act === 'write' ? decision.change : expect.unreachable(decision.act);

describe('cutShort()', () => {
  const jobs: [string, JobRecord, string][] = [
    ['a run that is past its deadline', stuck, 'timed-out'],
    ['a run that was to be canceled before its deadline', { ...stuck, cancelRequestedAtMs: now - 6_000 }, 'canceled'],
  ];
  it.each(jobs)('gives %s one end, whoever finds it', (_, record, status) => {
    const circumstances = { now, limits: defaultLimits, random: 0.5 };
    const ends = {
      reader: cutShort(record, now),
      worker: changeOf(decideClaim(record, { now, leaseUntilMs: now + 1 })),
      deadLetter: changeOf(decideBurial(record, now)),
      lateReturn: endRun(record, output, circumstances),
      deadline: endRun(record, { stopped: 'deadline' }, circumstances),
    };
    for (const [who, change] of Object.entries(ends)) expect([who, change.status]).toEqual([who, status]);
  });

  it('is refused as timed out where a cancel came in since', () => {
    expect(cutShort(stuck, now).unlessCanceled).toBe(true);
    expect(cutShort({ ...stuck, cancelRequestedAtMs: now }, now)).not.toHaveProperty('unlessCanceled');
  });
});
