import { createHmac, randomBytes } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const length = 26;

/** What every job's id looks like: nothing else needs to be looked up. */
export const jobIdPattern = /^job_[a-z2-7]{26}$/;

/** The first 26 digits of `bytes` in lower-case base32 (RFC 4648): 130 bits, so 17 bytes at least. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < length) {
      bits -= 5;
      text += alphabet[(value >> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return text;
}

interface JobIdSource {
  tenant: string;
  idempotencyKey?: string;
  /** Keeps an id unguessable for whoever knows tenant and key. */
  secret: string;
}

/** A job's id: derived from tenant and Idempotency-Key where there is one, so that one conditional put is dedupe and insert; else random. */
export function jobId({ tenant, idempotencyKey, secret }: JobIdSource): string {
  const bytes =
    idempotencyKey === undefined
      ? randomBytes(17)
      : createHmac('sha256', secret)
          .update(JSON.stringify(['job-id', tenant, idempotencyKey]))
          .digest();
  return `job_${base32(bytes)}`;
}
