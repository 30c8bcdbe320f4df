import { closeBreaker, hastenBreaker, leaveBreaker, noteFailure, type Slot } from '../aws/breakers.ts';
import { saveDelivery } from '../aws/deliveries.ts';
import { nextTurn, sendDeliveries } from '../aws/delivery-queue.ts';
import { isBeyondHope } from '../core/circuit-breaker.ts';
import { settleDelivery, settleProbe, waitsInQueue } from '../core/delivery-changes.ts';
import { breakerId } from '../core/delivery-id.ts';
import type { DeliveryRecord, StoredAttempt } from '../core/delivery-record.ts';
import { type AttemptAnswer, judgeAttempt, type Verdict } from '../core/delivery-schedule.ts';
import { log } from '../edge/log.ts';
import { measure } from '../edge/metrics.ts';
import { disableEndpoint } from './disable-endpoint.ts';
import { releaseWaiting } from './release-waiting.ts';

/** Deliveries that the one that found its endpoint well again lets go at once; the minute rule does the rest. */
const releasedAtOnce = 50;

interface Made {
  attempt: StoredAttempt;
  answer: AttemptAnswer;
}

interface Holding {
  slot: Slot;
  isProbe: boolean;
  /** Who was asked. */
  url: string;
}

/**
 * Writes down what came of an attempt, then sends the message of the next one, and tells the breaker. A crash before the
 * record is written leaves the claim to end by itself; after it, the due index has the next attempt, the message or not.
 */
export async function concludeAttempt(claimed: DeliveryRecord, made: Made, holding: Holding): Promise<void> {
  const { attempt, answer } = made;
  const now = Date.now();
  const verdict = judgeAttempt(answer, { tries: claimed.tries, now, random: Math.random() });
  if (isGone(verdict)) await disable(claimed, { reason: 'gone', url: holding.url, nowMs: now });
  const isLostProbe = holding.isProbe && verdict.status !== 'delivered' && !isGone(verdict);
  const settled = await saveDelivery(
    isLostProbe ? settleProbe(claimed, attempt) : settleDelivery(claimed, { attempt, verdict, now }),
  );
  measure(verdict.status === 'delivered' ? 'DeliveriesSucceeded' : 'DeliveriesFailed', {});
  log.info('webhook attempted', {
    type: claimed.type,
    status: attempt.status,
    durationMs: attempt.durationMs,
    outcome: isLostProbe ? 'waits' : verdict.status,
  });
  await Promise.all([settled && sendRetry(settled, now), tellBreaker(claimed, { verdict, now, ...holding })]);
}

const isGone = (verdict: Verdict) => verdict.status === 'failed' && verdict.gone;

/** The message of the next attempt, where it is near; a later one is sent by the minute rule. */
async function sendRetry(settled: DeliveryRecord, now: number): Promise<void> {
  const { status, isWaiting, nextAttemptAtMs } = settled;
  if (status !== 'pending' || isWaiting || nextAttemptAtMs === undefined || !waitsInQueue(nextAttemptAtMs, now)) return;
  await sendDeliveries([nextTurn(settled, { delaySeconds: (nextAttemptAtMs - now) / 1000 })]);
}

async function tellBreaker(
  delivery: DeliveryRecord,
  { verdict, now, slot, isProbe, url }: Holding & { verdict: Verdict; now: number },
): Promise<void> {
  const breaker = breakerId(delivery);
  if (isGone(verdict)) return await leaveBreaker(breaker, slot);
  if (verdict.status === 'delivered') {
    // First: wherever this stops, the minute rule goes on with what waits, and not in an hour.
    if (isProbe) await hastenBreaker(breaker, now);
    await closeBreaker(breaker, slot);
    if (isProbe) await releaseWaiting(breaker, { limit: releasedAtOnce, nowMs: now });
    return;
  }
  const state = await noteFailure(breaker, slot, { now, isProbe });
  if (isBeyondHope(state, now)) await disable(delivery, { reason: 'failing', url, nowMs: now });
}

/** A webhook given with a job has no endpoint to disable. */
async function disable(
  { tenant, endpoint, url }: DeliveryRecord,
  why: Parameters<typeof disableEndpoint>[1],
): Promise<void> {
  if (url === undefined) await disableEndpoint({ tenant, id: endpoint }, why);
}
