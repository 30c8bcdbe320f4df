import type { AuthorizerAnswer } from './call-authorizer.ts';

/** More than a local server ever sees; the oldest answer goes first. */
const maxEntries = 10_000;

/** Authorizer answers by the identity that they were given for. */
export interface AuthorizerCache {
  find(key: string): AuthorizerAnswer | undefined;
  keep(key: string, answer: AuthorizerAnswer, ttlMs: number): void;
}

/** A cache as a stage has it. Answers that deny are kept like others; failures and `Unauthorized` never are. */
export function authorizerCache(now: () => number): AuthorizerCache {
  const entries = new Map<string, { answer: AuthorizerAnswer; expiresAtMs: number }>();
  return {
    find(key) {
      const entry = entries.get(key);
      if (entry === undefined || entry.expiresAtMs > now()) return entry?.answer;
      entries.delete(key);
      return undefined;
    },
    keep(key, answer, ttlMs) {
      if (ttlMs <= 0) return;
      const oldest = entries.size >= maxEntries ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
      entries.set(key, { answer, expiresAtMs: now() + ttlMs });
    },
  };
}
