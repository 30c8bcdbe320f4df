import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { saveParts } from '../../lambdas/aws/job-payloads.ts';
import { messageBody } from '../../lambdas/aws/job-queue.ts';
import { changeJob } from '../../lambdas/aws/job-store.ts';
import { addParts, claim, requestCancel } from '../../lambdas/core/job-changes.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { brief } from '../support/job-stage.ts';
import { useJobStage, workerOf } from '../support/use-job-stage.ts';

const stage = useJobStage();

const logOf = async (record: JobRecord) => (await stage.log(record)).map(brief);

describe('two messages of one job', () => {
  const runs: number[] = [];
  const slow = workerOf(async (_, { job }) => {
    runs.push(job.run);
    await pause(300);
    return 1;
  });
  beforeEach(() => {
    runs.length = 0;
  });

  it.each([1, 2])('have one run between them where two workers get one each (receive %i)', async (receiveCount) => {
    const record = await stage.submit();
    const body = await messageBody(record);
    const deliver = (messageId: string) =>
      stage.deliver(slow, [{ messageId, body, receiveCount }], { remainingMs: 60_000 });
    const failed = (await Promise.all([deliver('a'), deliver('b')])).flat();
    expect(failed).toHaveLength(1);
    expect(runs).toEqual([1]);
    expect(await stage.deliver(slow, [{ messageId: 'c', body, receiveCount: 2 }])).toEqual([]);
    expect(runs).toEqual([1]);
    expect(await logOf(record)).toEqual(['job.queued', 'job.running 1', 'job.succeeded']);
  });

  it('are seen again when the lease of the other ends', async () => {
    const record = await stage.submit();
    const message = await stage.queue(record);
    const now = Date.now();
    await changeJob(record, claim(record, { now, leaseUntilMs: now + 1_500 }));
    expect(await stage.deliver(slow, [message])).toEqual([message.messageId]);
    expect(await stage.receive()).toBeUndefined();
    await pause(2_100);
    const again = await stage.receive();
    expect(again).toMatchObject({ messageId: message.messageId, receiveCount: 2 });
    expect(await stage.deliver(slow, again ? [again] : [])).toEqual([]);
    expect(runs).toEqual([2]);
  });

  it('claimed at the very same millisecond are told apart', async () => {
    const record = await stage.submit();
    const now = Date.now();
    const change = () => changeJob(record, claim(record, { now, leaseUntilMs: now + 9_000 }));
    const claimed = await Promise.all([change(), change(), change()]);
    expect(claimed.filter(Boolean)).toHaveLength(1);
  });
});

describe('a run that lost its lease', () => {
  it('changes nothing any more: not by progress, parts, nor its end', async () => {
    const record = await stage.submit();
    const body = await messageBody(record);
    const woken = Promise.withResolvers<void>();
    const zombie = workerOf(async (_, { emit, progress }) => {
      await emit('before');
      await woken.promise;
      await emit('zombie');
      progress(99);
      await pause(400);
      return 'zombie';
    });
    const first = stage.deliver(zombie, [{ messageId: 'a', body }], { remainingMs: 65_000 });
    await vi.waitFor(async () => expect((await stage.head(record)).seq).toBe(3), { timeout: 3_000 });
    stage.passTime(70_000);
    const second = workerOf(async (_, { emit }) => {
      await emit('second');
      return 'second';
    });
    expect(await stage.deliver(second, [{ messageId: 'b', body, receiveCount: 2 }])).toEqual([]);
    woken.resolve();
    expect(await first).toEqual(['a']);
    expect(await stage.head(record)).toMatchObject({ status: 'succeeded', run: 2, output: { inline: '"second"' } });
    expect(await logOf(record)).toEqual([
      'job.queued',
      'job.running 1',
      'job.output "before"',
      'job.running 2',
      'job.output "second"',
      'job.succeeded',
    ]);
  });

  it('leaves the log to the next even where it has written parts at the same numbers', async () => {
    const record = await stage.submit();
    const now = Date.now();
    const lost = await changeJob(record, claim(record, { now: now - 9_000, leaseUntilMs: now - 1 }));
    if (!lost) throw new Error('not claimed');
    await saveParts(lost, addParts(lost, ['"lost 1"', '"lost 2"', '"lost 3"'], now).stored);
    const worker = workerOf(async (_, { emit }) => {
      await emit('kept');
      return 1;
    });
    await stage.deliver(worker, [{ body: await messageBody(record), receiveCount: 2 }]);
    expect(await logOf(record)).toEqual([
      'job.queued',
      'job.running 1',
      'job.running 2',
      'job.output "kept"',
      'job.succeeded',
    ]);
  });
});

describe('a claim', () => {
  const run = vi.fn(() => 1);
  const worker = workerOf(run);
  beforeEach(() => run.mockClear());

  /** A job whose run died a second ago. */
  async function deadRun(fields: { limits?: { maxRuns: number }; deadlineSeconds?: number } = {}) {
    const record = await stage.submit({}, fields);
    const now = Date.now();
    const claimed = await changeJob(record, claim(record, { now, leaseUntilMs: now - 1_000 }));
    if (!claimed) throw new Error('not claimed');
    return claimed;
  }
  const again = async (record: JobRecord) =>
    stage.deliver(worker, [{ body: await messageBody(record), receiveCount: 2 }]);

  it('ends a job whose last run died', async () => {
    const record = await deadRun({ limits: { maxRuns: 1 } });
    expect(await again(record)).toEqual([]);
    expect(await stage.head(record)).toMatchObject({
      status: 'failed',
      error: { code: 'runs-exhausted', cause: { code: 'run-lost' } },
    });
    expect(run).not.toHaveBeenCalled();
  });

  it('honours a cancel that the dead run did not see', async () => {
    const record = await deadRun();
    await changeJob(record, requestCancel(record, Date.now()));
    expect(await again(record)).toEqual([]);
    expect(await stage.head(record)).toMatchObject({ status: 'canceled', run: 1 });
    expect(run).not.toHaveBeenCalled();
  });

  it('honours the deadline, first or later', async () => {
    const first = await stage.submit({}, { deadlineSeconds: 60 });
    const later = await deadRun({ deadlineSeconds: 60 });
    stage.passTime(61_000);
    expect(await stage.deliver(worker, [{ body: await messageBody(first) }])).toEqual([]);
    expect(await again(later)).toEqual([]);
    for (const record of [first, later]) {
      expect(await stage.head(record)).toMatchObject({ status: 'timed-out', error: { code: 'deadline-exceeded' } });
    }
    expect(run).not.toHaveBeenCalled();
  });

  it('comes no earlier than the delay: an early message goes back with what is left of it', async () => {
    const record = await stage.submit({}, { delaySeconds: 2 });
    const message = await stage.queue(record);
    expect(await stage.deliver(worker, [message])).toEqual([message.messageId]);
    expect(run).not.toHaveBeenCalled();
    expect(await stage.receive()).toBeUndefined();
    await pause(2_100);
    const later = await stage.receive();
    expect(await stage.deliver(worker, later ? [later] : [])).toEqual([]);
    expect(await stage.head(record)).toMatchObject({ status: 'succeeded' });
  });

  it('drops the message of a job that is gone, or of a former life of its id', async () => {
    const record = await stage.submit();
    const gone = await messageBody({ ...record, id: 'job_bbbbbbbbbbbbbbbbbbbbbbbbbb' });
    const former = await messageBody({ ...record, createdAtMs: record.createdAtMs - 1 });
    expect(await stage.deliver(worker, [{ body: gone }, { body: former }])).toEqual([]);
    expect(await stage.head(record)).toMatchObject({ status: 'queued', run: 0 });
  });

  it('is refused to messages that are not signed by us for this queue, one by one', async () => {
    const record = await stage.submit();
    const body = await messageBody(record);
    const { signature, ...fields } = JSON.parse(body);
    const tampered = [
      'no JSON',
      '[]',
      JSON.stringify(fields),
      JSON.stringify({ ...fields, signature: '' }),
      JSON.stringify({ ...fields, tenant: 'other', signature }),
      JSON.stringify({ ...fields, createdAtMs: fields.createdAtMs + 1, signature }),
      await messageBody({ ...record, type: 'other' }),
    ];
    const messages = [...tampered, body].map((text, index) => ({ messageId: String(index), body: text }));
    expect(await stage.deliver(worker, messages)).toEqual(tampered.map((_, index) => String(index)));
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('is left to a fresh call where earlier runs of the batch have used up the time', async () => {
    const record = await stage.submit();
    const failed = await stage.deliver(worker, [{ messageId: 'a', body: await messageBody(record) }], {
      remainingMs: 50_000,
    });
    expect(failed).toEqual(['a']);
    expect(await stage.head(record)).toMatchObject({ status: 'queued', run: 0 });
  });
});
