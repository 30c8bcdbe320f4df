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

/** The visibilities that messages were given, from here on. */
function watchVisibilities(): () => (number | undefined)[] {
  const send = vi.spyOn(sqs(), 'send');
  return () =>
    send.mock.calls
      .map(([command]) => command)
      .filter((command) => command instanceof ChangeMessageVisibilityCommand)
      .map(({ input }) => input.VisibilityTimeout);
}

describe('a run', () => {
  it('holds its job to the end of the call at first, and from its second second on by the minute', async () => {
    const released = Promise.withResolvers<number>();
    const run = () => released.promise;
    const worker = workerFor(type, { description: '', input: z.any(), output: z.any(), run });
    const record = await stage.submit();
    const message = await stage.queue(record);
    const kept = watchVisibilities();
    const startedAtMs = Date.now();
    const delivered = stage.deliver(worker, [message], { remainingMs: 600_000 });
    const aheadMs = async () => ((await stage.head(record)).leaseUntilMs ?? 0) - startedAtMs;
    await vi.waitFor(async () => expect(await aheadMs()).toBeGreaterThan(600_000), 10_000);
    await vi.waitFor(async () => expect(await aheadMs()).toBeLessThan(70_000), 10_000);
    expect(await aheadMs()).toBeGreaterThan(60_000);
    await vi.waitFor(() => expect(kept()).toEqual([60]), 10_000);
    released.resolve(1);
    expect(await delivered).toEqual([]);
    expect((await stage.head(record)).leaseUntilMs).toBeUndefined();
  });

  it.each([
    ['while its batch goes on, keeps its message until the call is over', ['long', 'quick'], [60, 620]],
    ['as the last of its batch has its message deleted at once', ['quick', 'long'], [60]],
  ])(
    'that is done %s',
    async (_, inputs, expected) => {
      const kept = watchVisibilities();
      const run = async (input: unknown) => {
        if (input === 'long') await vi.waitFor(() => expect(kept()).toEqual([60]), 10_000);
        return input;
      };
      const worker = workerFor(type, { description: '', input: z.any(), output: z.any(), run });
      const messages = [];
      for (const input of inputs) messages.push(await stage.queue(await stage.submit(input)));
      expect(await stage.deliver(worker, messages, { remainingMs: 600_000 })).toEqual([]);
      // What is left of the call, and what the deletion may take.
      expect(kept().map((seconds = 0) => (seconds > 600 ? 620 : seconds))).toEqual(expected);
    },
    20_000,
  );

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
