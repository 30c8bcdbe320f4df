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

/** Keeps the credential that a function gave until it is refused. */
export function credentialSource(credential: Credential): CredentialSource {
  if (typeof credential === 'string') return { get: async () => credential, drop: () => false };
  let shared: Promise<string> | undefined;
  let known: string | undefined;
  return {
    async get(signal) {
      shared ??= (async () => credential())();
      const asked = shared;
      try {
        known = await unlessAborted(asked, signal);
        return known;
      } catch (error) {
        // What hangs is not waited for by the next call: that asks anew.
        if (shared === asked) shared = undefined;
        throw signal?.aborted ? signal.reason : new NetworkError('get the credential', error);
      }
    },
    drop(refused) {
      if (known === refused) shared = undefined;
      return true;
    },
  };
}
