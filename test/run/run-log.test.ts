import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { dynamo } from '../../lambdas/aws/clients.ts';
import { messageBody } from '../../lambdas/aws/job-queue.ts';
import { readLog } from '../../lambdas/aws/job-store.ts';
import { assembleLog } from '../../lambdas/core/job-log.ts';
import type { JobDefinition } from '../../lambdas/define-job.ts';
import { workerFor } from '../../lambdas/run-job.ts';
import { brief, type JobStage, openJobStage, type } from '../support/job-stage.ts';

let stage: JobStage;
beforeAll(async () => {
  stage = await openJobStage();
});
afterAll(() => stage.stop());
beforeEach(() => {
  vi.restoreAllMocks();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

async function runOnce(run: JobDefinition['run']) {
  const worker = workerFor(type, { description: '', input: z.any(), output: z.any(), run });
  const record = await stage.submit();
  const body = await messageBody(record);
  stage.calls.length = 0;
  const startedAtMs = Date.now();
  await stage.deliver(worker, [{ body }]);
  const tookMs = Date.now() - startedAtMs;
  const calls = [...stage.calls];
  return { record: await stage.head(record), log: await stage.log(record), calls, tookMs };
}

const countOf = (calls: string[], name: string) => calls.filter((call) => call === name).length;

describe('emit()', () => {
  it('writes parts in batches, at most one each 250 ms, and before HEAD moves', async () => {
    const { log, calls, tookMs } = await runOnce(async (_, { emit }) => {
      for (let index = 0; index < 1_000; index += 1) {
        await emit(index);
        if (index % 10 === 0) await pause(1);
      }
      await pause(600);
      return 1;
    });
    expect(log.filter((entry) => 'json' in entry).map(({ json }) => Number(json))).toEqual(
      Array.from({ length: 1_000 }, (_, index) => index),
    );
    expect(countOf(calls, 'BatchWriteItem')).toBeLessThanOrEqual(tookMs / 250 + 1);
    for (const [index, call] of calls.entries())
      if (call === 'BatchWriteItem') expect(calls[index + 1]).toBe('UpdateItem');
  });

  it('costs a small job one item: the parts go with the end', async () => {
    const { calls, log } = await runOnce(async (_, { emit, progress }) => {
      await emit('one');
      progress(100, 'done');
      await emit('two');
      return 1;
    });
    expect(calls).toEqual(['UpdateItem', 'BatchWriteItem', 'UpdateItem']);
    expect(log.map(brief).slice(2)).toEqual([
      'job.output "one"',
      'job.output "two"',
      'job.progress 100',
      'job.succeeded',
    ]);
  });

  it('shows parts while the run goes on', async () => {
    const record = await stage.submit();
    const seen = Promise.withResolvers<void>();
    const worker = workerFor(type, {
      description: '',
      input: z.any(),
      output: z.any(),
      run: async (_, { emit }) => {
        await emit('early');
        await seen.promise;
        return 1;
      },
    });
    const delivered = stage.deliver(worker, [{ body: await messageBody(record) }]);
    await vi.waitFor(async () => expect((await stage.log(record)).map(brief)).toContain('job.output "early"'), 2_000);
    seen.resolve();
    await delivered;
  });

  it('keeps parts of hundreds of kilobytes, with as many items as they need', async () => {
    const big = 'x'.repeat(200_000);
    const { record } = await runOnce(async (_, { emit }) => {
      for (let index = 0; index < 12; index += 1) await emit(big);
      return 1;
    });
    // One Query hands out 1 MB: the rest comes with the next cursor.
    let after = 0;
    let parts = 0;
    for (;;) {
      const found = await readLog(record.id, after);
      if (!found) throw new Error('no log');
      const { events, complete } = assembleLog({ ...found, after });
      parts += events.filter((entry) => 'json' in entry).length;
      after = events.at(-1)?.seq ?? after;
      if (complete) break;
    }
    expect(parts).toBe(12);
  });

  it('fails the job for good with a part over 256 KiB, or one that is no JSON', async () => {
    const large = await runOnce(async (_, { emit }) => emit('x'.repeat(300_000)));
    expect(large.record).toMatchObject({ status: 'failed', error: { code: 'part-too-large' } });
    const none = await runOnce(async (_, { emit }) => emit(undefined as never));
    expect(none.record).toMatchObject({ status: 'failed', error: { code: 'invalid-part' } });
  });

  it('writes again what the table left out', async () => {
    const client = dynamo();
    const send = client.send.bind(client);
    let left = 0;
    vi.spyOn(client, 'send').mockImplementation((async (command: { input: { RequestItems?: object } }) => {
      if (command.input.RequestItems && left < 2) {
        left += 1;
        return { UnprocessedItems: command.input.RequestItems };
      }
      return send(command as never);
    }) as never);
    const { log } = await runOnce(async (_, { emit }) => {
      await emit('kept');
      return 1;
    });
    expect(left).toBe(2);
    expect(log.map(brief)).toContain('job.output "kept"');
  });

  it('is refused once the run is over, and changes nothing', async () => {
    let late: ((part: string) => Promise<void>) | undefined;
    const { record } = await runOnce(async (_, { emit }) => {
      late = emit;
      return 1;
    });
    await expect(late?.('late')).rejects.toThrow('the run is over');
    expect((await stage.head(record)).seq).toBe(3);
  });
});

describe('progress()', () => {
  it('writes HEAD at most each half second, with the newest', async () => {
    const { calls, log, record, tookMs } = await runOnce(async (_, { progress }) => {
      for (let percent = 0; percent <= 100; percent += 1) {
        progress(percent, `step ${percent}`);
        await pause(10);
      }
      return 1;
    });
    // The claim, the end, the heartbeat, and one for each half second.
    expect(countOf(calls, 'UpdateItem')).toBeLessThanOrEqual(3 + tookMs / 500);
    expect(record.progress).toMatchObject({ percent: 100, message: 'step 100' });
    expect(log.map(brief).slice(-2)).toEqual(['job.progress 100', 'job.succeeded']);
  });

  it('goes with parts in one update', async () => {
    const { calls } = await runOnce(async (_, { emit, progress }) => {
      progress(10);
      await emit('a');
      await pause(400);
      return 1;
    });
    // On a busy machine the heartbeat may be among them.
    expect(calls.slice(0, 3)).toEqual(['UpdateItem', 'BatchWriteItem', 'UpdateItem']);
    expect(countOf(calls, 'BatchWriteItem')).toBe(1);
  });

  it('bounds what a handler says', async () => {
    const { record } = await runOnce((_, { progress }) => {
      progress(1_000, 'm'.repeat(1_000));
      return 1;
    });
    expect(record.progress?.percent).toBe(100);
    expect(record.progress?.message).toHaveLength(500);
  });
});
