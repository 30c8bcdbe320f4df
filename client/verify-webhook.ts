import type { WebhookEvent } from '../protocol/webhooks.ts';
import { WebhookVerificationError } from './errors.ts';

/** The headers of a request, in any of the forms in which servers give them. */
export type WebhookHeaders = Headers | Record<string, string | string[] | undefined>;

export interface VerifyWebhookOptions {
  /** How far the time of the signature may be from now, into the past or the future. @default 300 */
  toleranceSeconds?: number;
  /** @default Date.now() */
  nowMs?: number;
}

const prefix = 'whsec_';

/**
 * Checks that a webhook comes from the service and is fresh, and gives its event ("Standard Webhooks", verifying).
 * What was verified once may come again: `webhook-id` stays the same, so remember those of the last five minutes.
 *
 * @param payload the body exactly as it came: text that was parsed and written again has another signature
 * @param secret `whsec_...`; while one is rotated, or where jobs bring webhooks of their own, all that may have signed
 * @throws {WebhookVerificationError} saying what is wrong with it; answer 400
 */
export async function verifyWebhook(
  payload: string | Uint8Array<ArrayBuffer>,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  { toleranceSeconds = 300, nowMs = Date.now() }: VerifyWebhookOptions = {},
): Promise<WebhookEvent> {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const signatures = headerOf(headers, 'webhook-signature');
  const text = typeof payload === 'string' ? payload : new TextDecoder('utf-8', { ignoreBOM: true }).decode(payload);
  checkTime(timestamp, { toleranceSeconds, nowMs });
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const keys = await Promise.all([secret].flat().map(importKey));
  for (const signature of readSignatures(signatures)) {
    for (const key of keys) {
      // In constant time, as Web Crypto has it.
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return parseEvent(text);
    }
  }
  throw new WebhookVerificationError('no signature is by a known secret');
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const entry =
    headers instanceof Headers
      ? headers.get(name)
      : Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
  const value = Array.isArray(entry) ? entry[0] : entry;
  if (value) return value;
  throw new WebhookVerificationError(`there is no header ${name}`);
}

function checkTime(timestamp: string, { toleranceSeconds, nowMs }: Required<VerifyWebhookOptions>): void {
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookVerificationError('webhook-timestamp must be whole seconds');
  const ageSeconds = Math.floor(nowMs / 1000) - Number(timestamp);
  if (Math.abs(ageSeconds) <= toleranceSeconds) return;
  const when = ageSeconds > 0 ? `${ageSeconds} s ago` : `${-ageSeconds} s ahead`;
  throw new WebhookVerificationError(`it was signed ${when}, it must be within ${toleranceSeconds} s of now`);
}

/** The signatures of the only version that there is; others may be added, and are passed over. */
function readSignatures(header: string): Uint8Array<ArrayBuffer>[] {
  return header.split(' ').flatMap((entry) => {
    const [version, base64 = ''] = entry.split(',', 2);
    return version === 'v1' ? (bytesOf(base64) ?? []) : [];
  });
}

function importKey(secret: string): ReturnType<typeof crypto.subtle.importKey> {
  const bytes = bytesOf(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret);
  if (!bytes?.length) throw new Error(`Cannot verify with this secret: it must be ${prefix} and base64`);
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function parseEvent(text: string): WebhookEvent {
  try {
    return JSON.parse(text);
  } catch {
    throw new WebhookVerificationError('its body is no JSON');
  }
}
