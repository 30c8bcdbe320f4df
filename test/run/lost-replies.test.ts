import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { messageBody } from '../../lambdas/aws/job-queue.ts';
import { workerFor } from '../../lambdas/run-job.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { brief, type JobStage, openJobStage, type } from '../support/job-stage.ts';
import { workerOf } from '../support/use-job-stage.ts';

let stage: JobStage;
let proxy: FaultProxy;
let lost = 0;
let cuts: (operation: string) => boolean = () => false;
let loses: (operation: string) => boolean = () => false;
/** What an UpdateItem waits for before its fate is decided. */
let held: Promise<void> = Promise.resolve();

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  // The clients are made at their first use, by when the proxy stands in the table's place.
  stage = await openJobStage((env) =>
    startFaultProxy([env.AWS_ENDPOINT_URL_DYNAMODB ?? ''], {
      decide: async ({ operation }) => {
        if (operation.includes('UpdateItem')) await held;
        return cuts(operation) ? 'cut-before' : loses(operation) ? 'lose-reply' : 'pass';
      },
    }).then((started) => {
      proxy = started;
      return { AWS_ENDPOINT_URL_DYNAMODB: started.urls[0] ?? '' };
    }),
  );
});
afterAll(async () => {
  proxy.stop();
  await stage.stop();
});

/** Loses the reply of the n-th UpdateItem or PutItem: the client sends it again and meets its own condition. */
function loseReply(n: number): void {
  let count = 0;
  loses = (operation) => {
    if (!/UpdateItem|PutItem|BatchWriteItem/.test(operation)) return false;
    count += 1;
    if (count !== n) return false;
    lost += 1;
    return true;
  };
}

describe('a reply that is lost', () => {
  const run = vi.fn(
    async (_input: unknown, { emit, job }: { emit(part: string): Promise<void>; job: { run: number } }) => {
      await emit('part');
      if (job.run === 1) throw new Error('first run');
      return 1;
    },
  );
  const worker = workerFor(type, {
    description: '',
    input: z.any(),
    output: z.any(),
    limits: { backoffSeconds: 1, maxBackoffSeconds: 1 },
    run,
  });

  it.each([1, 2, 3, 4, 5, 6, 7])('of write %i does not make the writer give way to itself', async (n) => {
    run.mockClear();
    lost = 0;
    loseReply(n);
    const record = await stage.submit();
    const body = await messageBody(record);
    expect(await stage.deliver(worker, [{ messageId: 'a', body }])).toEqual(['a']);
    await vi.waitFor(async () => expect((await stage.head(record)).notBeforeMs).toBeLessThan(Date.now()), 3_000);
    expect(await stage.deliver(worker, [{ messageId: 'a', body, receiveCount: 2 }])).toEqual([]);
    expect(lost).toBe(1);
    expect(run).toHaveBeenCalledTimes(2);
    expect((await stage.log(record)).map(brief)).toEqual([
      'job.queued',
      'job.running 1',
      'job.output "part"',
      'job.retrying 1',
      'job.running 2',
      'job.output "part"',
      'job.succeeded',
    ]);
  });
});

describe('a table that does not answer for a while', () => {
  it.each([1, 2])('at the claim of run %i, leaves no lease behind that nobody holds', async (failing) => {
    cuts = () => false;
    const run = vi.fn(async (_: unknown, { job }: { job: { run: number } }) => {
      if (job.run < failing) throw new Error('an earlier run');
      return 'done';
    });
    const limits = { backoffSeconds: 1, maxBackoffSeconds: 1 };
    const worker = workerFor(type, { description: '', input: z.any(), output: z.any(), limits, run });
    const record = await stage.submit();
    const body = await messageBody(record);
    for (let receiveCount = 1; receiveCount < failing; receiveCount += 1)
      await stage.deliver(worker, [{ messageId: 'a', body, receiveCount }]);
    await vi.waitFor(async () => expect((await stage.head(record)).notBeforeMs ?? 0).toBeLessThan(Date.now()), 3_000);
    let updates = 0;
    // More than the client tries: the claim is made at its first, and nobody hears of it.
    loses = (operation) => {
      if (!/UpdateItem/.test(operation)) return false;
      updates += 1;
      return updates <= 4;
    };
    expect(await stage.deliver(worker, [{ messageId: 'a', body, receiveCount: failing }])).toEqual([]);
    loses = () => false;
    expect(run).toHaveBeenCalledTimes(failing);
    expect((await stage.head(record)).status).toBe('succeeded');
  });

  it('at the end of a run, costs neither the run nor its parts', async () => {
    loses = () => false;
    let calls = 0;
    // The clients try three times each: parts, parts again, then HEAD.
    cuts = (operation) => {
      if (!/UpdateItem|BatchWriteItem/.test(operation)) return false;
      calls += 1;
      return calls > 1 && calls < 9;
    };
    const run = vi.fn(async (_: unknown, { emit }: { emit(part: string): Promise<void> }) => {
      await emit('part');
      return 'done';
    });
    const worker = workerFor(type, { description: '', input: z.any(), output: z.any(), run });
    const record = await stage.submit();
    expect(await stage.deliver(worker, [{ messageId: 'a', body: await messageBody(record) }])).toEqual([]);
    cuts = () => false;
    expect(run).toHaveBeenCalledTimes(1);
    expect((await stage.log(record)).map(brief)).toEqual([
      'job.queued',
      'job.running 1',
      'job.output "part"',
      'job.succeeded',
    ]);
  });
});

describe('parts whose write hangs and fails while the handler returns', () => {
  const watcher = { connection: 'c', subscription: 's', state: 'live' as const, afterSeq: 1 };
  const seqsTold = () =>
    stage.posts.map(({ message }) => ('event' in message ? (message.event as { seq: number }).seq : message.type));

  it.each([
    ['cannot be made', [], [2, 2, 3, 4, 5, 'complete']],
    ['is made, and nobody hears of it', ['job.output "part"'], [2, 3, 4, 5, 6, 'complete']],
  ])(
    'cost the run, not a part nor its place in the log, where the write %s',
    async (_, orphans, told) => {
      stage.posts.length = 0;
      cuts = () => false;
      loses = () => false;
      const worker = workerOf(async (_, { emit, job }) => {
        const released = Promise.withResolvers<void>();
        // The client makes three tries.
        let updates = 0;
        const fails = (operation: string) => operation.includes('UpdateItem') && ++updates <= 3;
        if (job.run === 1) {
          held = released.promise;
          if (orphans.length > 0) loses = fails;
          else cuts = fails;
        }
        await emit('part');
        await pause(300);
        setTimeout(released.resolve, 200);
        return job.run;
      });
      const record = await stage.submit({}, { watchers: [watcher] });
      const body = await messageBody(record);
      expect(await stage.deliver(worker, [{ messageId: 'a', body }])).toEqual(['a']);
      held = Promise.resolve();
      cuts = () => false;
      loses = () => false;
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 700_000 });
      expect(
        await stage.deliver(worker, [{ messageId: 'a', body, receiveCount: 2 }]).finally(() => vi.useRealTimers()),
      ).toEqual([]);
      expect((await stage.log(record)).map(brief)).toEqual([
        'job.queued',
        'job.running 1',
        ...orphans,
        'job.running 2',
        'job.output "part"',
        'job.succeeded',
      ]);
      expect(seqsTold()).toEqual(told);
    },
    20_000,
  );
});
