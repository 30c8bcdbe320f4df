import { createHash, randomBytes } from 'node:crypto';

/** What a client presented: the text of an API key or of an access token. Which one shows in its form. */
export type Credential = { kind: 'key' | 'token'; text: string };

/** What stands between `jw_` and the random part of a key. */
export const environmentPattern = /^[a-z0-9-]{1,32}$/;
const keyPattern = /^jw_[a-z0-9-]{1,32}_[A-Za-z0-9_-]{43}$/;
const tokenPattern = /^[A-Za-z0-9_-]{10,200}\.[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{43}$/;

/** A new API key: 256 random bits behind a prefix that tells people, and secret scanners, what it is. */
export function newApiKey(environment: string): string {
  return `jw_${environment}_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of an API key: its SHA-256, in hex. */
export function hashApiKey(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The credential of a request; undefined where there is none of a known form. A header is looked at first and alone
 * counts where it is there; a query may carry a token, never a key, as addresses end up in logs and histories.
 *
 * @param query the `access_token` parameter, on the addresses that take one
 */
export function findCredential({
  header,
  query,
}: {
  header: string | undefined;
  query: string | undefined;
}): Credential | undefined {
  if (header === undefined)
    return query !== undefined && tokenPattern.test(query) ? { kind: 'token', text: query } : undefined;
  const text = /^Bearer +(\S+) *$/i.exec(header)?.[1] ?? '';
  if (keyPattern.test(text)) return { kind: 'key', text };
  return tokenPattern.test(text) ? { kind: 'token', text } : undefined;
}
