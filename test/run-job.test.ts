import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { messageBody } from '../lambdas/aws/job-queue.ts';
import { changeJob, findJobWithPayloads } from '../lambdas/aws/job-store.ts';
import { cancel, requestCancel } from '../lambdas/core/job-changes.ts';
import type { JobRecord } from '../lambdas/core/job-record.ts';
import { JobError } from '../lambdas/define-job.ts';
import { brief, type } from './support/job-stage.ts';
import { useJobStage, workerOf } from './support/use-job-stage.ts';

const stage = useJobStage();

const cycle: Record<string, unknown> = {};
cycle.self = cycle;

const logOf = async (record: JobRecord) => (await stage.log(record)).map(brief);

describe('a job', () => {
  it('is claimed by one write and no read, and finished by one write', async () => {
    const record = await stage.submit({ value: 1 });
    const message = await stage.queue(record);
    stage.calls.length = 0;
    expect(
      await stage.deliver(
        workerOf((input) => input),
        [message],
      ),
    ).toEqual([]);
    expect(stage.calls).toEqual(['UpdateItem', 'UpdateItem']);
    expect(await stage.head(record)).toMatchObject({ status: 'succeeded', run: 1, output: { inline: '{"value":1}' } });
    expect(await logOf(record)).toEqual(['job.queued', 'job.running 1', 'job.succeeded']);
  });

  it('is handed its input whatever its size, and keeps its output', async () => {
    for (const size of [10, 1_000, 100_000]) {
      const text = 'x'.repeat(size);
      const record = await stage.submit({ text });
      await stage.deliver(
        workerOf((input) => input),
        [await stage.queue(record)],
      );
      const found = await findJobWithPayloads(record.id);
      expect(found?.input).toBe(JSON.stringify({ text }));
      if (size < 64 * 1024) expect(found?.output).toBe(found?.input);
      else expect(found?.record.output).toMatchObject({ object: expect.stringContaining('output-1') });
    }
  });

  it('runs again after a pause when its handler throws, and fails when its runs are used up', async () => {
    const record = await stage.submit({}, { limits: { maxRuns: 2 } });
    const worker = workerOf(() => {
      throw new Error('not today');
    });
    const message = await stage.queue(record);
    expect(await stage.deliver(worker, [message])).toEqual([message.messageId]);
    const queued = await stage.head(record);
    expect(queued).toMatchObject({ status: 'queued', run: 1 });
    expect(queued.notBeforeMs).toBeGreaterThan(Date.now() + 4_000);
    expect(await stage.receive()).toBeUndefined();
    stage.passTime(10_000);
    expect(await stage.deliver(worker, [{ ...message, receiveCount: 2 }])).toEqual([]);
    expect(await stage.head(record)).toMatchObject({
      status: 'failed',
      error: { code: 'runs-exhausted', cause: { code: 'handler-error', message: 'not today' } },
      deadAtMs: expect.any(Number),
    });
    expect(await logOf(record)).toEqual([
      'job.queued',
      'job.running 1',
      'job.retrying 1',
      'job.running 2',
      'job.failed',
    ]);
  });

  it('fails at once on a final JobError, with its code', async () => {
    const record = await stage.submit();
    const worker = workerOf(() => {
      throw new JobError('bad-csv', 'line 3', { final: true });
    });
    expect(await stage.deliver(worker, [await stage.queue(record)])).toEqual([]);
    const { status, error, deadAtMs } = await stage.head(record);
    expect({ status, error, deadAtMs }).toEqual({ status: 'failed', error: { code: 'bad-csv', message: 'line 3' } });
  });

  it.each([
    ['undefined', z.any(), (): unknown => undefined, 'invalid-output'],
    ['a function', z.any(), (): unknown => () => 1, 'invalid-output'],
    ['a BigInt', z.any(), () => ({ n: 1n }), 'invalid-output'],
    ['a cycle', z.any(), () => cycle, 'invalid-output'],
    ['against its schema', z.object({ n: z.int() }), () => ({ n: 'x' }), 'invalid-output'],
    ['over 32 MiB', z.any(), () => 'x'.repeat(33 * 1024 * 1024), 'output-too-large'],
  ] as const)('fails for good where its output is %s', async (_, output, run, code) => {
    const record = await stage.submit();
    expect(await stage.deliver(workerOf(run, { output }), [await stage.queue(record)])).toEqual([]);
    expect(await stage.head(record)).toMatchObject({ status: 'failed', error: { code } });
  });

  it('fails for good where its input does not match the schema any more', async () => {
    const record = await stage.submit({ n: 'x' });
    const worker = workerOf(() => 1, { input: z.object({ n: z.int() }) });
    await stage.deliver(worker, [await stage.queue(record)]);
    expect(await stage.head(record)).toMatchObject({ status: 'failed', error: { code: 'invalid-input' } });
  });

  it('hears who it is, and whose', async () => {
    const record = await stage.submit({}, { metadata: { a: 'b' } });
    const worker = workerOf((_, { job }) => job);
    await stage.deliver(worker, [await stage.queue(record)]);
    const { output } = await stage.head(record);
    expect(output && 'inline' in output && JSON.parse(output.inline)).toEqual({
      id: record.id,
      tenant: 'acme',
      type,
      run: 1,
      maxRuns: 3,
      createdAt: new Date(record.createdAtMs).toISOString(),
      metadata: { a: 'b' },
    });
  });
});

describe('a cancel', () => {
  it('reaches a run within 5 s, and ends the job as canceled whatever the handler returns', async () => {
    const record = await stage.submit();
    let abortedAtMs = 0;
    const worker = workerOf(async (_, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      abortedAtMs = performance.now();
      return 'late';
    });
    const delivered = stage.deliver(worker, [{ body: await messageBody(record) }]);
    await vi.waitFor(async () => expect((await stage.head(record)).status).toBe('running'), 10_000);
    const requestedAtMs = performance.now();
    const running = await stage.head(record);
    await changeJob(running, requestCancel(running, Date.now()));
    expect(await delivered).toEqual([]);
    expect(abortedAtMs - requestedAtMs).toBeLessThan(5_000);
    expect(await stage.head(record)).toMatchObject({ status: 'canceled' });
  }, 30_000);

  it('that comes while the run fails keeps it from running again', async () => {
    const record = await stage.submit();
    const worker = workerOf(async () => {
      const running = await stage.head(record);
      await changeJob(running, requestCancel(running, Date.now()));
      throw new Error('failed at the same moment');
    });
    expect(await stage.deliver(worker, [{ body: await messageBody(record) }])).toEqual([]);
    expect(await logOf(record)).toEqual(['job.queued', 'job.running 1', 'job.canceled']);
  });

  it('of a queued job is all that becomes of its message', async () => {
    const record = await stage.submit();
    await changeJob(record, cancel(record, Date.now()));
    expect(
      await stage.deliver(
        workerOf(() => 1),
        [{ body: await messageBody(record) }],
      ),
    ).toEqual([]);
    expect(await logOf(record)).toEqual(['job.queued', 'job.canceled']);
  });
});

describe('a run that takes too long', () => {
  const deaf = () => new Promise<never>(() => {});

  it('is cut off and counts as failed, even where the handler never settles', async () => {
    const record = await stage.submit();
    const worker = workerOf(deaf, { limits: { timeoutSeconds: 1 } });
    expect(await stage.deliver(worker, [{ messageId: 'a', body: await messageBody(record) }])).toEqual(['a']);
    const { status, events } = await stage.head(record);
    expect(status).toBe('queued');
    expect(events.at(-1)).toMatchObject({ type: 'job.retrying', error: { code: 'run-timeout' } });
  });

  it('ends timed-out at its deadline', async () => {
    const record = await stage.submit({}, { deadlineSeconds: 1 });
    expect(await stage.deliver(workerOf(deaf), [{ body: await messageBody(record) }])).toEqual([]);
    expect(await stage.head(record)).toMatchObject({ status: 'timed-out', error: { code: 'deadline-exceeded' } });
  });
});
