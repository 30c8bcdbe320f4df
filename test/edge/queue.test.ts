import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { measure } from '../../lambdas/edge/metrics.ts';
import { type Outcome, type QueueMessage, queue } from '../../lambdas/edge/queue.ts';
import { eventOf } from '../support/job-stage.ts';

const context = { awsRequestId: 'r' } as Context;
const lines: string[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

const messages = ['a', 'b', 'c'].map((messageId, index) => ({
  messageId,
  body: messageId,
  receiptHandle: `handle-${messageId}`,
  receiveCount: index + 1,
}));

describe('queue()', () => {
  it.each([
    ['at its end', 1_000, [3]],
    ['within 5 s where it takes long', 3_000, [2, 1]],
    ['after each message where each takes long', 6_000, [1, 1, 1]],
  ])('writes what a call has measured %s', async (_, tookMs, counts) => {
    vi.stubEnv('SERVICE', 'test');
    vi.useFakeTimers();
    const handler = queue(
      async () => {
        vi.advanceTimersByTime(tookMs);
        measure('JobsAccepted', { Type: 'echo' });
        return 'done';
      },
      async () => {},
    );
    await handler(eventOf(messages), context);
    vi.useRealTimers();
    vi.unstubAllEnvs();
    expect(lines.map((line) => JSON.parse(line).JobsAccepted)).toEqual(counts);
  });

  it('takes messages one by one, and returns those that are not done', async () => {
    const order: string[] = [];
    const visibility: [string, number][] = [];
    const outcomes: Record<string, Outcome> = { a: { againInSeconds: 7 }, b: 'done', c: {} };
    const handler = queue(
      async ({ body }: QueueMessage) => {
        order.push(`${body} begins`);
        await Promise.resolve();
        order.push(`${body} ends`);
        return outcomes[body] ?? 'done';
      },
      async ({ receiptHandle }, seconds) => void visibility.push([receiptHandle, seconds]),
    );
    const { batchItemFailures } = await handler(eventOf(messages), context);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'a' }, { itemIdentifier: 'c' }]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(visibility).toEqual([['handle-a', 7]]);
  });

  it('tells of the last of a batch that it is the last', async () => {
    const last: boolean[] = [];
    const handler = queue(
      async ({ isLast }) => {
        last.push(isLast);
        return 'done';
      },
      async () => {},
    );
    await handler(eventOf(messages), context);
    expect(last).toEqual([false, false, true]);
  });

  it.each([
    [1, 10],
    [3, 40],
    [20, 900],
  ])('lets a message rest that failed at its receive %i for %i s, and logs why', async (receiveCount, seconds) => {
    const setVisibility = vi.fn(async () => {});
    const handler = queue(() => Promise.reject(new Error('no table')), setVisibility);
    const [first] = messages;
    const { batchItemFailures } = await handler(eventOf([{ body: '', ...first, receiveCount }]), context);
    expect(batchItemFailures).toHaveLength(1);
    expect(setVisibility).toHaveBeenCalledWith(expect.objectContaining({ receiptHandle: 'handle-a' }), seconds);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      requestId: 'r',
      messageId: 'a',
      error: { message: 'no table' },
    });
  });

  it('returns a message whose visibility cannot be set', async () => {
    const handler = queue(
      async () => ({ againInSeconds: 5 }),
      () => Promise.reject(new Error('receipt handle expired')),
    );
    expect((await handler(eventOf(messages.slice(0, 1)), context)).batchItemFailures).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn' });
  });
});
