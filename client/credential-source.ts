import type { Credential } from './types.ts';

/** Where the credential comes from. */
export interface CredentialSource {
  get(): Promise<string>;
  /** Drops a credential that was refused. False where there is no other one to be had. */
  drop(refused: string): boolean;
}

/** Keeps the credential that a function gave until it is refused. */
export function credentialSource(credential: Credential): CredentialSource {
  if (typeof credential === 'string') return { get: async () => credential, drop: () => false };
  let asked: Promise<string> | undefined;
  let known: string | undefined;
  return {
    async get() {
      asked ??= Promise.resolve(credential());
      try {
        known = await asked;
        return known;
      } catch (error) {
        asked = undefined;
        throw error;
      }
    },
    drop(refused) {
      if (known === refused) asked = undefined;
      return true;
    },
  };
}
