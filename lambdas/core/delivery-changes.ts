import { limits } from '../../protocol/limits.ts';
import {
  type DeliveryRecord,
  deliveryExpiry,
  lostAttempt,
  type StoredAttempt,
  withAttempt,
} from './delivery-record.ts';
import { judgeAttempt, longestQueueDelayMs, type Verdict } from './delivery-schedule.ts';

/** A released delivery whose message is lost is due again after this. */
const releaseMs = 15 * 60_000;
/** A retry's message is in the queue; it is due in the index a little later, for the case that the message is lost. */
const queueSlackMs = 2 * 60_000;

/** What a message asks for. */
export interface DeliveryTurn {
  /** The record's `claims` when the message was made. */
  claims: number;
  /** True: to see whether an endpoint answers again. */
  isProbe: boolean;
}

/** True where a delivery is still as the message says, and nobody is at it: a duplicate, or one that came late, is not. */
export function isDue(record: DeliveryRecord, { claims, isProbe }: DeliveryTurn, now: number): boolean {
  const isHeld = record.claimUntilMs !== undefined && record.claimUntilMs > now;
  if (record.status !== 'pending' || record.claims !== claims || isHeld) return false;
  return !isProbe || record.isWaiting === true;
}

/** True where holder after holder died: as many attempts as there may be are used up. */
export function isUsedUp({ tries }: DeliveryRecord): boolean {
  return tries >= limits.maxWebhookAttempts;
}

interface Claim extends DeliveryTurn {
  now: number;
  untilMs: number;
  /** By which the holder knows its claim again. */
  mark: string;
}

/** Takes the next attempt. Should its holder die, the delivery is due when the claim ends. A probe counts for nothing. */
export function claimDelivery(record: DeliveryRecord, { isProbe, now, untilMs, mark }: Claim): DeliveryRecord {
  const lost = lostAttempt(record);
  const { isWaiting, nextAttemptAtMs: _, ...rest } = record;
  return {
    ...rest,
    ...(lost && !isProbe && { attempts: withAttempt(record, lost) }),
    ...(isProbe && isWaiting && { isWaiting }),
    claims: record.claims + 1,
    tries: record.tries + (isProbe ? 0 : 1),
    claim: mark,
    claimedAtMs: now,
    claimUntilMs: untilMs,
    dueAtMs: untilMs,
  };
}

function withoutClaim(record: DeliveryRecord): DeliveryRecord {
  const { claim: _c, claimUntilMs: _u, claimedAtMs: _a, dueAtMs: _d, nextAttemptAtMs: _n, ...rest } = record;
  return rest;
}

interface Outcome {
  attempt: StoredAttempt;
  verdict: Verdict;
  now: number;
}

/** Notes what came of a claimed attempt. */
export function settleDelivery(record: DeliveryRecord, { attempt, verdict, now }: Outcome): DeliveryRecord {
  const { isWaiting: _w, probe: _p, ...rest } = withoutClaim(record);
  const settled = { ...rest, attempts: withAttempt(record, attempt), status: verdict.status };
  if (verdict.status !== 'pending') return settled;
  const { nextAttemptAtMs } = verdict;
  const slackMs = waitsInQueue(nextAttemptAtMs, now) ? queueSlackMs : 0;
  return { ...settled, nextAttemptAtMs, dueAtMs: nextAttemptAtMs + slackMs };
}

/** True where the next attempt is so near that its message can wait for it in the queue. */
export function waitsInQueue(nextAttemptAtMs: number, now: number): boolean {
  return nextAttemptAtMs - now <= longestQueueDelayMs;
}

/** Notes a probe that failed: the delivery waits on, and has lost nothing. */
export function settleProbe(record: DeliveryRecord, attempt: StoredAttempt): DeliveryRecord {
  return { ...withoutClaim(record), isWaiting: true, probe: attempt };
}

/** Has a delivery wait until its endpoint answers again. */
export function parkDelivery(record: DeliveryRecord): DeliveryRecord {
  const lost = lostAttempt(record);
  return { ...withoutClaim(record), isWaiting: true, ...(lost && { attempts: withAttempt(record, lost) }) };
}

/** Puts a delivery off, for its endpoint has enough to do. */
export function postponeDelivery(record: DeliveryRecord, untilMs: number): DeliveryRecord {
  return { ...record, nextAttemptAtMs: untilMs, dueAtMs: untilMs };
}

/** Lets a delivery go out now, by a message that is about to be sent. */
export function releaseDelivery(record: DeliveryRecord, now: number): DeliveryRecord {
  const { isWaiting: _, ...rest } = record;
  return { ...rest, dueAtMs: now + releaseMs };
}

/** Ends a delivery that cannot be sent, with the reason. */
export function failDelivery(record: DeliveryRecord, error: string, now: number): DeliveryRecord {
  const { isWaiting: _w, ...rest } = withoutClaim(record);
  const lost = lostAttempt(record);
  const attempts = withAttempt(record, ...(lost ? [lost] : []), { atMs: now, durationMs: 0, error });
  return { ...rest, status: 'failed', attempts };
}

/** Begins a delivery anew, whatever has become of it; what was tried before stays in its record. */
export function repeatDelivery(record: DeliveryRecord, now: number): DeliveryRecord {
  const expiresAtSeconds = Math.max(record.expiresAtSeconds, deliveryExpiry(now));
  return { ...releaseDelivery(record, now), status: 'pending', tries: 0, nextAttemptAtMs: now, expiresAtSeconds };
}

/** Counts a message that could not be processed as an attempt that failed on our side. The next one is in the due index. */
export function buryAttempt(record: DeliveryRecord, { now, random }: { now: number; random: number }): DeliveryRecord {
  const tries = record.tries + 1;
  const attempt = { atMs: now, durationMs: 0, error: 'Not sent: its message could not be processed on our side' };
  const verdict = judgeAttempt({}, { tries, now, random });
  const settled = settleDelivery({ ...record, tries, claims: record.claims + 1 }, { attempt, verdict, now });
  const { nextAttemptAtMs } = settled;
  return { ...settled, ...(nextAttemptAtMs !== undefined && { dueAtMs: nextAttemptAtMs }) };
}
