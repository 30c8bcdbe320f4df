import { NetworkError } from './errors.ts';
import type { Credential } from './types.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Where the credential comes from. */
export interface CredentialSource {
  /** Rejects with the signal's reason, or with a NetworkError where the credential cannot be had. */
  get(signal?: AbortSignal): Promise<string>;
  /** Drops a credential that was refused. False where there is no other one to be had. */
  drop(refused: string): boolean;
}

/** A function that has given nothing for so long hangs, and the next call asks anew. What is but slow is left its time. */
const hangsAfterMs = 20_000;

/**
 * Keeps the credential that a function gave until it is refused. Calls share one ask, and what it gives is kept though
 * none of them waits any more: a token that is renewed by one that works once may not be lost.
 */
export function credentialSource(credential: Credential): CredentialSource {
  if (typeof credential === 'string') return { get: async () => credential, drop: () => false };
  let known: string | undefined;
  let asked: { answer: Promise<string>; hangsAtMs: number } | undefined;

  const ask = () => {
    const answer = (async () => credential())();
    const settle = (given?: string) => {
      known ??= given;
      if (asked?.answer === answer) asked = undefined;
    };
    answer.then(settle, () => settle());
    return { answer, hangsAtMs: Date.now() + hangsAfterMs };
  };

  return {
    async get(signal) {
      signal?.throwIfAborted();
      if (known !== undefined) return known;
      if (!asked || Date.now() >= asked.hangsAtMs) asked = ask();
      try {
        return await unlessAborted(asked.answer, signal);
      } catch (error) {
        throw signal?.aborted ? signal.reason : new NetworkError('get the credential', error);
      }
    },
    drop(refused) {
      if (known === refused) known = undefined;
      return true;
    },
  };
}
