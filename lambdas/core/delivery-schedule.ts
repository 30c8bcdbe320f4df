import { limits } from '../../protocol/limits.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** The pauses after the first, second, ... failed attempt: ten attempts in a little over three days. */
export const retryPausesMs: readonly number[] = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** A queue holds a message back no longer: what is due later waits in the due index. */
export const longestQueueDelayMs = 15 * minute;

const jitter = 0.2;
const statusesWithRetryAfter = [429, 503];

/** What became of one attempt, as far as the schedule goes. */
export interface AttemptAnswer {
  /** Undefined where there was no answer. */
  status?: number | undefined;
  /** The `Retry-After` header. */
  retryAfter?: string | undefined;
}

interface Circumstances {
  /** Attempts made so far that count, this one included. */
  tries: number;
  now: number;
  /** 0 to 1: spreads the retries of deliveries that failed together. */
  random: number;
}

export type Verdict =
  | { status: 'delivered' }
  /** `gone`: the receiver says that it wants nothing any more. */
  | { status: 'failed'; gone: boolean }
  | { status: 'pending'; nextAttemptAtMs: number };

/** What follows an attempt: success is 2xx alone, 410 is the receiver's last word, everything else is tried again. */
export function judgeAttempt({ status, retryAfter }: AttemptAnswer, { tries, now, random }: Circumstances): Verdict {
  if (status !== undefined && status >= 200 && status <= 299) return { status: 'delivered' };
  if (status === 410) return { status: 'failed', gone: true };
  const pauseMs = retryPausesMs[tries - 1];
  if (pauseMs === undefined) return { status: 'failed', gone: false };
  const askedMs = statusesWithRetryAfter.includes(status ?? 0) ? parseRetryAfter(retryAfter, now) : undefined;
  const spreadMs = Math.round(pauseMs * (1 - jitter + 2 * jitter * random));
  // Never sooner than by the table: ten attempts would be used up in a few minutes.
  return { status: 'pending', nextAttemptAtMs: now + Math.max(askedMs ?? 0, spreadMs) };
}

/** A `Retry-After` (RFC 9110, 10.2.3), seconds or a date, as milliseconds from now, an hour at most; undefined where it is neither. */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const longestMs = limits.maxWebhookRetryAfterSeconds * second;
  if (/^\d{1,15}$/.test(text)) return Math.min(longestMs, Number(text) * second);
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? undefined : Math.min(longestMs, dateMs - now);
}
