import { describe, expect, it } from 'vitest';
import { changeJob } from '../../lambdas/aws/job-store.ts';
import { cancelOwnJob } from '../../lambdas/cancel/cancel-own-job.ts';
import { claim } from '../../lambdas/core/job-changes.ts';
import { brief } from '../support/job-stage.ts';
import { useJobStage } from '../support/use-job-stage.ts';

const stage = useJobStage();

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
});
