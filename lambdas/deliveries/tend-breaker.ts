import { breakerOf, findBreaker, postponeBreaker, resetBreaker, unwatchBreaker } from '../aws/breakers.ts';
import { saveDelivery } from '../aws/deliveries.ts';
import { nextTurn, sendDeliveries } from '../aws/delivery-queue.ts';
import type { DueItem } from '../aws/due-items.ts';
import { type BreakerState, decideBreaker } from '../core/circuit-breaker.ts';
import { failDelivery } from '../core/delivery-changes.ts';
import type { DeliveryRecord } from '../core/delivery-record.ts';
import { inParallel } from '../core/in-parallel.ts';
import { disableEndpoint } from './disable-endpoint.ts';
import { findWaiting, releaseWaiting } from './release-waiting.ts';

/** Deliveries that are let go or given up at one look; the others are left to the next. */
const deliveriesAtOnce = 1_000;
const parallelDeliveries = 20;
/** Deliveries that are read to find the oldest one that still waits. */
const lookedAt = 5;

/** Does what is due for a breaker, once a minute as long as it is open or something waits behind it. */
export async function tendBreaker(item: DueItem, nowMs: number): Promise<void> {
  const id = breakerOf(item);
  const breaker = await findBreaker(id);
  if (breaker?.us !== item.us) return;
  const {
    records: [oldest],
    isEmpty,
  } = await findWaiting(id, lookedAt);
  // An index that shows only what has gone since may hide what has not: another look tells.
  const isUnclear = oldest === undefined && !isEmpty;
  const step = isUnclear ? 'look-again' : decideBreaker(breaker, { hasWaiting: oldest !== undefined, now: nowMs });
  if (step === 'rest' || step === 'forget') return await unwatchBreaker(id, breaker, { forget: step === 'forget' });
  // First, so that of two calls of the rule one goes on.
  if (!(await postponeBreaker(id, item.us, nowMs))) return;
  if (step === 'probe' && oldest) await sendDeliveries([nextTurn(oldest, { isProbe: true })]);
  if (step === 'drain') await releaseWaiting(id, { limit: deliveriesAtOnce, nowMs });
  if (step === 'give-up' && oldest) await giveUp(id, oldest, { breaker, nowMs });
}

interface GivingUp {
  breaker: BreakerState;
  nowMs: number;
}

/** Disables an endpoint that has failed for days, and ends what waits for it; `recover` sends it once it is enabled again. */
async function giveUp(
  id: string,
  { tenant, endpoint, url }: DeliveryRecord,
  { breaker, nowMs }: GivingUp,
): Promise<void> {
  const cause = String(breaker.failingSinceMs);
  if (url === undefined) await disableEndpoint({ tenant, id: endpoint }, { reason: 'failing', cause, nowMs });
  const error = 'Not sent: its endpoint has failed for 5 days';
  const { records } = await findWaiting(id, deliveriesAtOnce);
  await inParallel(records, parallelDeliveries, async (record) => {
    await saveDelivery(failDelivery(record, error, nowMs));
  });
  // Nobody can enable the receivers of one origin again: they begin anew with the next job.
  if (url !== undefined) await resetBreaker(id);
}
