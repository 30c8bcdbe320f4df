import { describe, expect, it, vi } from 'vitest';
import { changeJob } from '../../lambdas/aws/job-store.ts';
import { cancelOwnJob } from '../../lambdas/cancel/cancel-own-job.ts';
import { claim } from '../../lambdas/core/job-changes.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { settleJob } from '../../lambdas/read/settle-job.ts';
import { brief } from '../support/job-stage.ts';
import { useJobStage } from '../support/use-job-stage.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));

const stage = useJobStage();

/** A job that must be done in a minute, and the run that has it. */
async function claimed(): Promise<JobRecord> {
  const record = await stage.submit({}, { deadlineSeconds: 60 });
  await changeJob(record, claim(record, { now: Date.now(), leaseUntilMs: Date.now() + 600_000 }));
  return record;
}

describe('cancelOwnJob()', () => {
  it('ends a queued job, and tells the run of a running one to stop', async () => {
    const record = await stage.submit();
    expect(await cancelOwnJob(record.id, 'acme')).toMatchObject({ isRunning: false, record: { status: 'canceled' } });
    const other = await stage.submit();
    await changeJob(other, claim(other, { now: Date.now(), leaseUntilMs: Date.now() + 60_000 }));
    expect(await cancelOwnJob(other.id, 'acme')).toMatchObject({ isRunning: true, record: { status: 'running' } });
  });

  it('finds a job past its deadline done, as timed out', async () => {
    const record = await stage.submit({}, { deadlineSeconds: 60 });
    stage.passTime(61_000);
    await expect(cancelOwnJob(record.id, 'acme')).rejects.toMatchObject({ code: 'job-done' });
    expect((await stage.log(record)).map(brief)).toEqual(['job.queued', 'job.timed-out']);
  });

  it('asks no run to stop that is past its deadline: the job is timed out', async () => {
    const record = await claimed();
    stage.passTime(61_000);
    await expect(cancelOwnJob(record.id, 'acme')).rejects.toMatchObject({ code: 'job-done' });
    expect(await stage.head(record)).not.toHaveProperty('cancelRequestedAtMs');
    stage.passTime(5_000);
    expect(await settleJob(await stage.head(record), Date.now())).toMatchObject({ status: 'timed-out' });
  });

  it('keeps its word past the deadline: a run that was told to stop, and did not, ends canceled', async () => {
    const record = await claimed();
    await cancelOwnJob(record.id, 'acme');
    stage.passTime(61_000);
    expect(await cancelOwnJob(record.id, 'acme')).toMatchObject({ isRunning: true });
    stage.passTime(5_000);
    expect(await settleJob(await stage.head(record), Date.now())).toMatchObject({ status: 'canceled' });
  });

  it('is not undone by who read the job before it and ends it past its deadline', async () => {
    const record = await claimed();
    const read = await stage.head(record);
    await cancelOwnJob(record.id, 'acme');
    stage.passTime(66_000);
    const settled = await settleJob(read, Date.now());
    expect(await settleJob(settled, Date.now())).toMatchObject({ status: 'canceled' });
  });
});
