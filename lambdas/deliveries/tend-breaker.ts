import { breakerOf, findBreaker, postponeBreaker, resetBreaker, unwatchBreaker } from '../aws/breakers.ts';
import { saveDelivery } from '../aws/deliveries.ts';
import { nextTurn, sendDeliveries } from '../aws/delivery-queue.ts';
import type { DueItem } from '../aws/due-items.ts';
import {
  type BreakerState,
  type BreakerStep,
  chooseProbe,
  decideBreaker,
  originPauseMs,
  probePauseMs,
} from '../core/circuit-breaker.ts';
import { failDelivery } from '../core/delivery-changes.ts';
import { isOriginBreaker } from '../core/delivery-id.ts';
import type { DeliveryRecord } from '../core/delivery-record.ts';
import { inParallel } from '../core/in-parallel.ts';
import { disableEndpoint } from './disable-endpoint.ts';
import { findWaiting, releaseWaiting } from './release-waiting.ts';

/** Deliveries that are let go or given up at one look; the others are left to the next. */
const deliveriesAtOnce = 1_000;
const parallelDeliveries = 20;
/** Deliveries that are read to find the oldest ones that still wait: those that may be a probe. */
const lookedAt = 10;

/**
 * Does what is due for a breaker as long as it is open or something waits behind it: once a minute, and ever less often
 * for receivers that came with jobs.
 */
export async function tendBreaker(item: DueItem, nowMs: number): Promise<void> {
  const id = breakerOf(item);
  const breaker = await findBreaker(id);
  if (breaker?.us !== item.us) return;
  const { records, isEmpty } = await findWaiting(id, lookedAt);
  const [oldest] = records;
  // An index that shows only what has gone since may hide what has not: another look tells.
  const isUnclear = oldest === undefined && !isEmpty;
  const step = isUnclear ? 'look-again' : decideBreaker(breaker, { hasWaiting: oldest !== undefined, now: nowMs });
  if (step === 'rest' || step === 'forget') return await unwatchBreaker(id, breaker, { forget: step === 'forget' });
  // Before it is put off, for an hour maybe: if this stops in between, it is still due. Of two messages one has its turn.
  const probe = step === 'probe' ? chooseProbe(records, breaker) : undefined;
  if (probe) await sendDeliveries([nextTurn(probe, { isProbe: true })]);
  // Before anything else, so that of two calls of the rule one goes on.
  if (!(await postponeBreaker(id, item.us, nowMs + pauseAfter(step, { id, breaker, nowMs })))) return;
  if (step === 'drain') await releaseWaiting(id, { limit: deliveriesAtOnce, nowMs });
  if (step === 'give-up' && oldest) await giveUp(id, oldest, nowMs);
}

interface Tending {
  id: string;
  breaker: BreakerState;
  nowMs: number;
}

/** The grown pause is for what is asked again and again; what lets deliveries go, or ends them, goes on in a minute. */
function pauseAfter(step: BreakerStep, { id, breaker, nowMs }: Tending): number {
  const isAsking = step === 'probe' || step === 'look-again';
  return isAsking && isOriginBreaker(id) ? originPauseMs(breaker, nowMs) : probePauseMs;
}

/** Disables an endpoint that has failed for days, and ends what waits for it; `recover` sends it once it is enabled again. */
async function giveUp(id: string, { tenant, endpoint, url }: DeliveryRecord, nowMs: number): Promise<void> {
  if (url === undefined) await disableEndpoint({ tenant, id: endpoint }, { reason: 'failing', nowMs });
  const error = 'Not sent: its endpoint has failed for 5 days';
  const { records, isAll } = await findWaiting(id, deliveriesAtOnce);
  await inParallel(records, parallelDeliveries, async (record) => {
    await saveDelivery(failDelivery(record, error, nowMs));
  });
  // Nobody can enable the receivers of one origin again: they begin anew with the next job, once nothing waits any more.
  if (url !== undefined && isAll) await resetBreaker(id);
}
