import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { saveParts } from '../../lambdas/aws/job-payloads.ts';
import { messageBody } from '../../lambdas/aws/job-queue.ts';
import { changeJob } from '../../lambdas/aws/job-store.ts';
import { addParts, cancel, claim, succeed } from '../../lambdas/core/job-changes.ts';
import type { JobRecord, Watcher } from '../../lambdas/core/job-record.ts';
import type { JobDefinition } from '../../lambdas/define-job.ts';
import { workerFor } from '../../lambdas/run-job.ts';
import { type JobStage, openJobStage, type } from '../support/job-stage.ts';

let stage: JobStage;
beforeAll(async () => {
  stage = await openJobStage();
});
afterAll(() => stage.stop());
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  stage.posts.length = 0;
});

const watcher: Watcher = { connection: 'c', subscription: 's', state: 'live', afterSeq: 0 };

function workerOf(run: JobDefinition['run']) {
  const limits = { backoffSeconds: 1, maxBackoffSeconds: 1 };
  return workerFor(type, { description: '', input: z.any(), output: z.any(), limits, run });
}

interface Posted {
  type: string;
  event?: { type: string; seq: number; data?: { part?: string } };
}

/** What the watcher was told, as `seq type`, with the part where there is one. */
function told(): string[] {
  return stage.posts.map(({ message }) => {
    const { type: kind, event } = message as unknown as Posted;
    return event ? [event.seq, event.type, event.data?.part].filter(Boolean).join(' ') : kind;
  });
}

async function written(record: JobRecord, change: Parameters<typeof changeJob>[1]): Promise<JobRecord> {
  const head = await changeJob(record, change);
  if (!head) throw new Error('Cannot make the change: HEAD is not as it was');
  return head;
}

describe('a worker', () => {
  it('pushes each event once, in order, and nothing that the watcher has seen', async () => {
    const record = await stage.submit({}, { watchers: [{ ...watcher, afterSeq: 1 }] });
    const worker = workerOf(async (_, { emit, job }) => {
      await emit(`run ${job.run}`);
      if (job.run === 1) throw new Error('once');
      return 'done';
    });
    const body = await messageBody(record);
    await stage.deliver(worker, [{ body }]);
    await vi.waitFor(async () => expect((await stage.head(record)).notBeforeMs).toBeLessThan(Date.now()), 3_000);
    await stage.deliver(worker, [{ body, receiveCount: 2 }]);
    expect(told()).toEqual([
      '2 job.running',
      '3 job.output run 1',
      '4 job.retrying',
      '5 job.running',
      '6 job.output run 2',
      '7 job.succeeded',
      'complete',
    ]);
  });

  it('pushes two round trips after the handler returned: the update, the post', async () => {
    const record = await stage.submit({}, { watchers: [{ ...watcher, afterSeq: 1 }] });
    const worker = workerOf(() => {
      stage.calls.length = 0;
      return 'done';
    });
    await stage.deliver(worker, [{ body: await messageBody(record) }]);
    expect(stage.calls).toEqual(['UpdateItem']);
    expect(told().slice(-2)).toEqual(['3 job.succeeded', 'complete']);
  });

  it('announces first what an earlier holder wrote and did not live to announce, parts too', async () => {
    const record = await stage.submit({}, { watchers: [watcher] });
    const now = Date.now();
    const claimed = await written(record, claim(record, { now, leaseUntilMs: now - 1 }));
    const { stored, change } = addParts(claimed, ['"a"', '"b"'], now);
    await saveParts(claimed, stored);
    await written(claimed, change);
    const worker = workerOf(() => {
      expect(told()).toEqual(['1 job.queued', '2 job.running', '3 job.output a', '4 job.output b', '5 job.running']);
      return 'done';
    });
    await stage.deliver(worker, [{ body: await messageBody(record), receiveCount: 2 }]);
    expect(told().slice(5)).toEqual(['6 job.succeeded', 'complete']);
    expect(await stage.head(record)).toMatchObject({ status: 'succeeded', announcedSeq: 5 });
  });

  it('announces parts that stand behind a megabyte of what a run left behind that lost its job', async () => {
    const record = await stage.submit({}, { watchers: [{ ...watcher, afterSeq: 1 }] });
    const leaseUntilMs = Date.now() - 1;
    const first = await written(record, claim(record, { now: leaseUntilMs - 1, leaseUntilMs }));
    const left = Array.from({ length: 8 }, () => JSON.stringify('x'.repeat(200_000)));
    await saveParts(first, addParts(first, left, Date.now()).stored);
    const second = await written(first, claim(first, { now: leaseUntilMs + 1, leaseUntilMs: Date.now() }));
    const parts = Array.from({ length: 12 }, (_, index) => String(index + 1));
    const { stored, change } = addParts(second, parts, Date.now());
    await saveParts(second, stored);
    await written(second, change);
    await vi.waitFor(async () => expect((await stage.head(record)).leaseUntilMs).toBeLessThan(Date.now()), 3_000);
    await stage.deliver(
      workerOf(() => 'done'),
      [{ body: await messageBody(record), receiveCount: 3 }],
    );
    const shown = told().filter((line) => line.includes('job.output'));
    expect(shown).toEqual(parts.map((part, index) => `${index + 4} job.output ${part}`));
  });

  it('announces the end of a job that it finds done before it acknowledges the message', async () => {
    const record = await stage.submit({}, { watchers: [{ ...watcher, afterSeq: 1 }] });
    const claimed = await written(record, claim(record, { now: Date.now(), leaseUntilMs: Date.now() + 9_000 }));
    await written(claimed, succeed(claimed, { now: Date.now(), output: { inline: '1', bytes: 1 } }));
    const worker = workerOf(() => 'never');
    expect(await stage.deliver(worker, [{ body: await messageBody(record), receiveCount: 2 }])).toEqual([]);
    expect(told()).toEqual(['2 job.running', '3 job.succeeded', 'complete']);
  });

  it('announces the cancel of a queued job, once whoever canceled it must have done so', async () => {
    const record = await stage.submit({}, { watchers: [{ ...watcher, afterSeq: 1 }] });
    await written(record, cancel(record, Date.now()));
    const worker = workerOf(() => 'never');
    const body = await messageBody(record);
    await stage.deliver(worker, [{ body }]);
    expect(told()).toEqual([]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 });
    await stage.deliver(worker, [{ body, receiveCount: 2 }]).finally(() => vi.useRealTimers());
    expect(told()).toEqual(['2 job.canceled', 'complete']);
  });
});
