import { setTimeout as pause } from 'node:timers/promises';
import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { sqs } from '../../lambdas/aws/clients.ts';
import { leaseUntil } from '../../lambdas/run/heartbeat.ts';
import { workerFor } from '../../lambdas/run-job.ts';
import { type JobStage, openJobStage, type } from '../support/job-stage.ts';

let stage: JobStage;
beforeAll(async () => {
  stage = await openJobStage();
});
afterAll(() => stage.stop());
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => vi.restoreAllMocks());

describe('leaseUntil()', () => {
  it.each([
    ['a minute', 600_000, 60_000],
    ['the end of the call and a little more', 5_000, 7_000],
  ])('is %s ahead', (_, callEndsAtMs, until) => expect(leaseUntil(0, callEndsAtMs)).toBe(until));
});

describe('a run', () => {
  const worker = workerFor(type, {
    description: '',
    input: z.any(),
    output: z.any(),
    run: async () => {
      await pause(1_400);
      return 1;
    },
  });

  it('holds its job to the end of the call at first, and from its second second on by the minute', async () => {
    const record = await stage.submit();
    const message = await stage.queue(record);
    const send = vi.spyOn(sqs(), 'send');
    const startedAtMs = Date.now();
    const delivered = stage.deliver(worker, [message], { remainingMs: 600_000 });
    await vi.waitFor(async () => expect((await stage.head(record)).run).toBe(1));
    expect((await stage.head(record)).leaseUntilMs ?? 0).toBeGreaterThan(startedAtMs + 600_000);
    await pause(1_200);
    const { leaseUntilMs = 0 } = await stage.head(record);
    expect(leaseUntilMs - startedAtMs).toBeGreaterThan(60_000);
    expect(leaseUntilMs - startedAtMs).toBeLessThan(63_000);
    expect(await delivered).toEqual([]);
    const kept = send.mock.calls
      .map(([command]) => command)
      .filter((command) => command instanceof ChangeMessageVisibilityCommand);
    expect(kept.map(({ input }) => input.VisibilityTimeout)).toEqual([60]);
    expect((await stage.head(record)).leaseUntilMs).toBeUndefined();
  });

  it('that ends within a second costs no heartbeat', async () => {
    const quick = workerFor(type, { description: '', input: z.any(), output: z.any(), run: () => 1 });
    const record = await stage.submit();
    const message = await stage.queue(record);
    stage.calls.length = 0;
    await stage.deliver(quick, [message]);
    await pause(1_200);
    expect(stage.calls).toEqual(['UpdateItem', 'UpdateItem']);
  });
});
