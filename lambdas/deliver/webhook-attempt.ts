import { limits } from '../../protocol/limits.ts';
import type { StoredAttempt } from '../core/delivery-record.ts';
import type { AttemptAnswer } from '../core/delivery-schedule.ts';
import { signatureHeaders } from '../core/webhook-signature.ts';
import { type GuardOptions, guardedFetch } from './guarded-fetch.ts';
import { RequestError } from './request-error.ts';

/** One request that is about to be made. */
export interface WebhookCall {
  /** The delivery's id. */
  id: string;
  url: string;
  /** JSON text. */
  body: string;
  /** Every secret that is live, the newest first. */
  secrets: string[];
  /** The endpoint's own. */
  headers?: Record<string, string>;
  traceparent?: string | undefined;
  nowMs: number;
}

/** Sends a webhook once, through the guard. Never throws for the receiver's fault: that is what the attempt tells. */
export async function attemptWebhook(
  { id, url, body, secrets, headers, traceparent, nowMs }: WebhookCall,
  options: GuardOptions & { timeoutMs?: number },
): Promise<{ attempt: StoredAttempt; answer: AttemptAnswer }> {
  const startedMs = performance.now();
  const { timeoutMs = limits.webhookTimeoutSeconds * 1000, ...guard } = options;
  const request = {
    method: 'POST' as const,
    headers: {
      ...headers,
      'content-type': 'application/json',
      'user-agent': 'Jobwire-Webhooks/1',
      ...signatureHeaders({ id, timestampSeconds: Math.floor(nowMs / 1000), body, secrets }),
      ...(traceparent !== undefined && { traceparent }),
    },
    body,
    timeoutMs,
    maxBytes: limits.maxWebhookAnswerBytes,
  };
  try {
    const { status, headers: answered, body: bytes, durationMs } = await guardedFetch(url, request, guard);
    const error = faultOf(status);
    const text = new TextDecoder().decode(bytes);
    const attempt = { atMs: nowMs, durationMs, status, ...(text && { body: text }), ...(error && { error }) };
    return { attempt, answer: { status, retryAfter: answered['retry-after'] } };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const durationMs = Math.round(performance.now() - startedMs);
    return { attempt: { atMs: nowMs, durationMs, error: error.message }, answer: {} };
  }
}

/** What is to be said of an answer beside its status. */
function faultOf(status: number): string | undefined {
  if (status >= 200 && status <= 299) return undefined;
  if (status >= 300 && status <= 399)
    return `Answered ${status}: redirects are not followed; the URL must be the final one`;
  if (status === 410) return 'Answered 410: the receiver wants nothing any more';
  return `Answered ${status}: a success is 200 to 299`;
}
