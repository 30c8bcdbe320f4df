import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBreaker } from '../../lambdas/aws/breakers.ts';
import { listJobDeliveries } from '../../lambdas/aws/delivery-lists.ts';
import { breakerId } from '../../lambdas/core/delivery-id.ts';
import { sendWebhooks } from '../../lambdas/deliver/webhooks.ts';
import { jobOf } from '../webhooks/job-events.ts';
import { type Death, type DeliveryStage, openDeliveryStage } from './delivery-stage.ts';

let stage: DeliveryStage;
beforeAll(async () => {
  stage = await openDeliveryStage();
}, 60_000);
afterAll(() => stage.stop());

interface Scenario {
  answers: number[];
  /** A body that stands beside its record. */
  isLarge?: true;
}

/** Secrets, entry, claim, request, record, breaker; and as many again for each retry. */
const lastCall = 12;

const scenarios: Record<string, Scenario> = {
  'a receiver that takes it': { answers: [] },
  'a receiver that fails once, with a large event': { answers: [503], isLarge: true },
};

/** Announces one event to two receivers of one job, with deaths as planned, and checks all that must hold in the end. */
async function play({ answers, isLarge }: Scenario, deaths: Death[]): Promise<void> {
  await stage.plan(deaths);
  stage.answers.splice(0, stage.answers.length, ...answers);
  const tenant = crypto.randomUUID();
  const { record, events } = jobOf({
    tenant,
    webhook: { url: stage.url },
    ...(isLarge && { output: 'x'.repeat(2_000) }),
  });
  await sendWebhooks(record, events);
  await stage.settle(async () => {
    const { records } = await listJobDeliveries(record.id, { limit: 1 });
    return records[0]?.status === 'delivered';
  });

  const { records } = await listJobDeliveries(record.id, { limit: 10 });
  expect(records).toHaveLength(1);
  const [delivery] = records;
  expect(delivery).toMatchObject({ status: 'delivered' });
  expect(delivery?.claim).toBeUndefined();
  expect(delivery?.dueAtMs).toBeUndefined();
  // At least once, under one id; no second chain: no more requests than claims.
  expect(stage.got.length).toBeGreaterThanOrEqual(answers.length + 1);
  expect(new Set(stage.got)).toEqual(new Set([delivery?.id]));
  expect(stage.got.length).toBeLessThanOrEqual(delivery?.claims ?? 0);
  expect(delivery?.claims).toBeLessThanOrEqual(answers.length + 1 + stage.died);
  // Every attempt is told of: what its holder noted, and that it died.
  expect(delivery?.attempts).toHaveLength(delivery?.claims ?? 0);
  const breaker = await findBreaker(breakerId({ tenant, endpoint: record.id, url: stage.url }));
  expect(breaker?.failures).toBe(0);
}

describe('deliver-webhook and release-deliveries lose nothing and start no second chain where one dies', () => {
  it.each(Object.entries(scenarios))(
    'before or after any of its calls, with %s',
    async (_, scenario) => {
      for (let atCall = 1; ; atCall += 1) {
        let died = 0;
        for (const when of ['before', 'after'] as const) {
          await play(scenario, [{ atCall, when }]);
          died += stage.died;
        }
        // The minute rule calls on and on: what matters is behind once the delivery was made.
        if (died === 0 || atCall === lastCall) {
          expect(atCall).toBeGreaterThan(7);
          return;
        }
      }
    },
    300_000,
  );

  it('and dies again', async () => {
    const death = fc.record({
      atCall: fc.integer({ min: 1, max: 12 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    });
    await fc.assert(fc.asyncProperty(fc.constantFrom(...Object.values(scenarios)), fc.tuple(death, death), play), {
      numRuns: 10,
      endOnFailure: true,
    });
  }, 300_000);
});
