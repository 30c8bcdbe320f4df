import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { messageBody } from '../lambdas/aws/job-queue.ts';
import { changeJob } from '../lambdas/aws/job-store.ts';
import { handler } from '../lambdas/bury-job.ts';
import { claim, succeed } from '../lambdas/core/job-changes.ts';
import type { JobRecord } from '../lambdas/core/job-record.ts';
import { brief, type JobStage, openJobStage } from './support/job-stage.ts';

let stage: JobStage;
beforeAll(async () => {
  stage = await openJobStage();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => stage.stop());

const bury = async (record: JobRecord) => stage.deliver(handler, [{ messageId: 'm', body: await messageBody(record) }]);

async function claimed(leaseMs: number, maxRuns = 3) {
  const record = await stage.submit({}, { limits: { maxRuns } });
  const now = Date.now();
  const head = await changeJob(record, claim(record, { now, leaseUntilMs: now + leaseMs }));
  if (!head) throw new Error('not claimed');
  return head;
}

describe('bury-job', () => {
  it('ends a queued job whose message died, and tells its watchers', async () => {
    const watcher = { connection: 'c', subscription: 's', state: 'live' as const, afterSeq: 1 };
    const record = await stage.submit({}, { watchers: [watcher] });
    expect(await bury(record)).toEqual([]);
    expect(await stage.head(record)).toMatchObject({
      status: 'failed',
      error: { code: 'dead-lettered' },
      deadAtMs: expect.any(Number),
    });
    expect((await stage.log(record)).map(brief)).toEqual(['job.queued', 'job.failed']);
    expect(stage.posts.map(({ message }) => message.type)).toEqual(['event', 'complete']);
  });

  it('returns the message while a run holds the job', async () => {
    const record = await claimed(9_000);
    expect(await bury(record)).toEqual(['m']);
    expect(await stage.head(record)).toMatchObject({ status: 'running', run: 1 });
  });

  it('returns the message of a job whose run died: another message may be well', async () => {
    const record = await claimed(-1);
    expect(await bury(record)).toEqual(['m']);
    expect(await stage.head(record)).toMatchObject({ status: 'running', run: 1 });
  });

  it.each([
    [3, 'dead-lettered', -900_001],
    [1, 'runs-exhausted', -1],
  ])('ends a job whose lease has expired, of %i runs, as %s', async (maxRuns, code, leaseMs) => {
    const record = await claimed(leaseMs, maxRuns);
    expect(await bury(record)).toEqual([]);
    expect(await stage.head(record)).toMatchObject({ status: 'failed', error: { code } });
  });

  it('leaves a job alone that is done', async () => {
    const record = await claimed(9_000);
    await changeJob(record, succeed(record, { now: Date.now(), output: { inline: '1', bytes: 1 } }));
    expect(await bury(record)).toEqual([]);
    expect(await stage.head(record)).toMatchObject({ status: 'succeeded' });
  });

  it('drops what it cannot verify, and what has no job', async () => {
    const record = await stage.submit();
    const gone = await messageBody({ ...record, id: 'job_cccccccccccccccccccccccccc' });
    const bodies = ['no JSON', JSON.stringify({ job: record.id }), gone];
    expect(
      await stage.deliver(
        handler,
        bodies.map((body, index) => ({ messageId: String(index), body })),
      ),
    ).toEqual([]);
    expect(await stage.head(record)).toMatchObject({ status: 'queued' });
  });
});
