import { beforeEach, describe, expect, it, vi } from 'vitest';
import { changeJob, findJob } from '../lambdas/aws/job-store.ts';
import { extendLease } from '../lambdas/core/job-changes.ts';
import { handler } from '../lambdas/end-overdue-jobs.ts';
import { play, putJob } from './live/play-job.ts';
import { useSocketStand } from './live/use-socket-stand.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));

const stand = useSocketStand();
let opened = 0;
const minuteMs = 60_000;

beforeEach(() => handler());

async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    vi.setSystemTime(Date.now() + minuteMs);
    await handler();
  }
}

/** A job with a watcher, which waits in its queue. */
async function waitingJob(deadlineSeconds?: number) {
  const connection = `c${++opened}`;
  const watcher = { connection, subscription: 's', state: 'live' as const, afterSeq: 1 };
  const job = await putJob([watcher], deadlineSeconds === undefined ? {} : { deadlineSeconds });
  return { job, connection };
}

const typesTold = (connection: string) =>
  stand.sent(connection).map((message) => (message.type === 'event' ? message.event.type : message.type));

describe('handler()', () => {
  it('ends a job whose deadline passes while it waits, and tells its followers within a minute, once', async () => {
    const { job, connection } = await waitingJob(90);
    await pass(1);
    expect(typesTold(connection)).toEqual([]);
    await pass(1);
    expect(await findJob(job.id)).toMatchObject({ status: 'timed-out', error: { code: 'deadline-exceeded' } });
    await pass(3);
    expect(typesTold(connection)).toEqual(['job.timed-out', 'complete']);
  });

  it('misses none after an outage', async () => {
    const { job } = await waitingJob(60);
    vi.setSystemTime(Date.now() + 300 * minuteMs);
    await handler();
    expect((await findJob(job.id))?.status).toBe('timed-out');
  });

  it('ends a job that a run holds which died before its first beat, or blocks: its lease goes on for minutes', async () => {
    const { job, connection } = await waitingJob(90);
    const { record: running } = await play('claim', job);
    await changeJob(running, extendLease(running, Date.now() + 15 * minuteMs));
    await pass(2);
    expect(await findJob(job.id)).toMatchObject({ status: 'timed-out', run: 1 });
    expect(typesTold(connection)).toEqual(['job.running', 'job.timed-out', 'complete']);
  });

  it('leaves a job alone that has no deadline, is done, or is in the hands of a run', async () => {
    const { job: patient } = await waitingJob();
    const { job } = await waitingJob(30);
    const { record: claimed } = await play('claim', job);
    await play('succeed', claimed);
    const { record: running } = await play('claim', (await waitingJob(62)).job);
    vi.setSystemTime(Date.now() + 63_000);
    await changeJob(running, extendLease(running, Date.now() + minuteMs));
    await handler();
    expect((await findJob(patient.id))?.status).toBe('queued');
    expect((await findJob(job.id))?.status).toBe('succeeded');
    expect((await findJob(running.id))?.status).toBe('running');
  });
});
