import { randomBytes } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { type Entry, enterBreaker, leaveBreaker, type Slot, watchBreaker } from '../aws/breakers.ts';
import { createDelivery, findDelivery, loadBody, saveDelivery } from '../aws/deliveries.ts';
import { type DeliveryMessage, parseDeliveryMessage } from '../aws/delivery-queue.ts';
import {
  claimDelivery,
  failDelivery,
  isDue,
  isUsedUp,
  parkDelivery,
  postponeDelivery,
} from '../core/delivery-changes.ts';
import { breakerId } from '../core/delivery-id.ts';
import { type DeliveryRecord, newDelivery } from '../core/delivery-record.ts';
import { traceFieldsOf } from '../core/trace-context.ts';
import { attemptWebhook } from '../deliver/webhook-attempt.ts';
import { log, withLogFields } from '../edge/log.ts';
import type { Outcome, QueueMessage } from '../edge/queue.ts';
import { env } from '../env.ts';
import { concludeAttempt } from './conclude-attempt.ts';
import { findTarget, type Target } from './find-target.ts';

/** What is left after the call's end before a claim may be taken over. */
const claimSpareMs = 2_000;
/** Receives after which a delivery that finds its endpoint busy waits in the table instead of the queue. */
const busyReceives = 4;
const busyPauseMs = 60_000;

/** A delivery whose turn it is. */
interface Turn {
  record: DeliveryRecord;
  claims: number;
  isProbe: boolean;
}

/**
 * Takes one turn of a delivery: claims its next attempt and makes it, unless its endpoint is gone, its breaker open, or
 * it has enough to do. Whatever becomes of it stands in the table before the message is acknowledged.
 */
export async function handleDelivery({ body, receiveCount }: QueueMessage, context: Context): Promise<Outcome> {
  const message = await parseDeliveryMessage(body);
  if (!message) {
    log.error('message refused: it is not signed by us for this queue');
    return { againInSeconds: 0 };
  }
  const nowMs = Date.now();
  const turn = await openTurn(message, nowMs);
  if (!turn) return 'done';
  const { tenant, id, endpoint, job, traceparent } = turn.record;
  const claimUntilMs = nowMs + context.getRemainingTimeInMillis() + claimSpareMs;
  const fields = { job: job ?? undefined, tenant, delivery: id, endpoint, ...traceFieldsOf(traceparent) };
  return withLogFields(fields, () => take(turn, { nowMs, claimUntilMs, receiveCount }));
}

/** The delivery that a message is for; undefined where its turn has been taken, or it is over. */
async function openTurn(message: DeliveryMessage, nowMs: number): Promise<Turn | undefined> {
  if (message.kind === 'first') return { record: newDelivery(message.draft, nowMs), claims: 0, isProbe: false };
  const record = await findDelivery(message.id);
  return record && isDue(record, message, nowMs) ? { ...message, record } : undefined;
}

interface Moment {
  nowMs: number;
  claimUntilMs: number;
  receiveCount: number;
}

async function take(turn: Turn, { nowMs, claimUntilMs, receiveCount }: Moment): Promise<Outcome> {
  const { record, isProbe } = turn;
  const target = await findTarget(record, nowMs);
  const fault = 'fault' in target ? target.fault : undefined;
  if (fault !== undefined || isUsedUp(record)) {
    await keep(failDelivery(record, fault ?? 'Not sent: its attempts are used up', nowMs));
    return 'done';
  }
  const slot: Slot = { mark: randomBytes(6).toString('base64url'), untilMs: claimUntilMs };
  const entry = await enterBreaker(breakerId(record), slot, { isProbe, now: nowMs });
  if (entry !== 'entered') return await turnAway(turn, entry, { nowMs, receiveCount });
  const claim = { ...turn, now: nowMs, untilMs: claimUntilMs, mark: slot.mark };
  const claimed = await keep(claimDelivery(record, claim));
  if (claimed) await attempt(claimed, { target: target as Target, slot, isProbe });
  else await leaveBreaker(breakerId(record), slot);
  return 'done';
}

/** Behind an open breaker a delivery waits for it; at a busy endpoint, a little in the queue, and then in the table. */
async function turnAway(
  { record, isProbe }: Turn,
  entry: Exclude<Entry, 'entered'>,
  { nowMs, receiveCount }: Pick<Moment, 'nowMs' | 'receiveCount'>,
): Promise<Outcome> {
  if (entry === 'open') {
    // In this order: the minute rule takes a breaker off its list only when nothing has been parked since it looked.
    await keep(parkDelivery(record));
    await watchBreaker(breakerId(record), nowMs, { hasParked: true });
    return 'done';
  }
  if (isProbe) return 'done';
  if (receiveCount <= busyReceives) return { againInSeconds: Math.ceil(2 ** receiveCount * (0.5 + Math.random())) };
  await keep(postponeDelivery(record, nowMs + busyPauseMs * (1 + Math.random())));
  return 'done';
}

/** Writes a record for the first or a further time; undefined where another was faster. */
function keep(record: DeliveryRecord): Promise<DeliveryRecord | undefined> {
  return record.version === 0 ? createDelivery(record) : saveDelivery(record);
}

interface Attempting {
  target: Target;
  slot: Slot;
  isProbe: boolean;
}

async function attempt(claimed: DeliveryRecord, { target, slot, isProbe }: Attempting): Promise<void> {
  const { id, traceparent } = claimed;
  const call = { id, ...target, body: await loadBody(claimed), traceparent, nowMs: Date.now() };
  const made = await attemptWebhook(call, { allowLoopback: env('ALLOW_LOOPBACK') === '1' });
  await concludeAttempt(claimed, made, { slot, isProbe, url: target.url });
}
