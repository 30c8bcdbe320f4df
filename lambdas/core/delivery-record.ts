import { limits } from '../../protocol/limits.ts';
import type { Delivery, DeliveryAttempt, DeliveryStatus, WebhookEvent } from '../../protocol/webhooks.ts';

/** What a delivery is of: enough to begin it without reading anything. It travels in the first message. */
export interface DeliveryDraft {
  id: string;
  tenant: string;
  endpoint: string;
  /** Of a webhook given with a job: there is no endpoint to read it from. */
  url?: string;
  /** When the job was created: tells a former life of its id. */
  jobCreatedAtMs?: number;
  event: WebhookEvent;
  traceparent?: string;
}

/** One try, as it is kept. */
export interface StoredAttempt extends Omit<DeliveryAttempt, 'at'> {
  atMs: number;
}

/** How a delivery stands. Whoever writes it does so on condition of `claims`. */
export interface DeliveryRecord extends Omit<DeliveryDraft, 'event'> {
  job: string | null;
  eventId: string;
  type: WebhookEvent['type'];
  seq: number;
  status: DeliveryStatus;
  createdAtMs: number;
  /** Attempts claimed so far: a message names the one that it is for, and only one holder gets it. */
  claims: number;
  /** Attempts that count, since the delivery began or was last asked for anew. */
  tries: number;
  /** The claim's mark, by which its holder knows it after a lost reply. */
  claim?: string;
  /** The claim's holder is at it until then, or dead. */
  claimUntilMs?: number;
  claimedAtMs?: number;
  nextAttemptAtMs?: number;
  /** When the minute rule takes it up, unless a message has done so before. */
  dueAtMs?: number;
  /** Waits behind an open breaker. */
  isWaiting?: true;
  attempts: StoredAttempt[];
  /** The last probe that failed. */
  probe?: StoredAttempt;
  /** JSON text, where it is small; else it stands in an item of its own. */
  body?: string;
  expiresAtSeconds: number;
  /** Counts changes: each is made on condition of it. */
  version: number;
}

/** Attempts that are kept of one delivery: redeliveries add to them without end. */
export const maxKeptAttempts = 25;

const daySeconds = 86_400;

/** When a delivery's record expires. */
export const deliveryExpiry = (nowMs: number): number =>
  Math.ceil(nowMs / 1000) + limits.deliveryRetentionDays * daySeconds;

/** The record of a delivery that nobody has tried yet. */
export function newDelivery({ event, ...draft }: DeliveryDraft, now: number): DeliveryRecord {
  return {
    ...draft,
    job: event.job,
    eventId: event.id,
    type: event.type,
    seq: event.seq,
    status: 'pending',
    createdAtMs: now,
    claims: 0,
    tries: 0,
    attempts: [],
    body: JSON.stringify(event),
    expiresAtSeconds: deliveryExpiry(now),
    version: 0,
  };
}

/** When a delivery failed: at the end of its last attempt, or when it was found that there can be none. */
export function failedAtMs({ attempts, createdAtMs }: DeliveryRecord): number {
  const last = attempts.at(-1);
  return last ? last.atMs + last.durationMs : createdAtMs;
}

/** A delivery as a client sees it. */
export function presentDelivery(record: DeliveryRecord): Delivery {
  const { id, endpoint, job, eventId, type, seq, status, createdAtMs, attempts, probe, nextAttemptAtMs } = record;
  const isPending = status === 'pending';
  return {
    id,
    endpoint,
    job,
    event: eventId,
    type,
    seq,
    status,
    createdAt: time(createdAtMs),
    attempts: [...attempts, ...(probe && isPending ? [{ ...probe, probe: true as const }] : [])].map(presentAttempt),
    ...(isPending && nextAttemptAtMs !== undefined && { nextAttemptAt: time(nextAttemptAtMs) }),
  };
}

function presentAttempt({ atMs, ...attempt }: StoredAttempt): DeliveryAttempt {
  return { at: time(atMs), ...attempt };
}

const time = (timeMs: number) => new Date(timeMs).toISOString();

/** The record's attempts with one more, and with what is known of a claim whose holder died. */
export function withAttempt({ attempts }: Pick<DeliveryRecord, 'attempts'>, ...more: StoredAttempt[]): StoredAttempt[] {
  return [...attempts, ...more].slice(-maxKeptAttempts);
}

/** The attempt of a holder that died before it could write down what came of it; undefined where there is none such. */
export function lostAttempt({ claimUntilMs, claimedAtMs }: DeliveryRecord): StoredAttempt | undefined {
  if (claimUntilMs === undefined || claimedAtMs === undefined) return undefined;
  const error = 'The sender stopped before it could note an answer; the receiver may have got it';
  return { atMs: claimedAtMs, durationMs: 0, error };
}
