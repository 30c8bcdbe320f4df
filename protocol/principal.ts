import type { Scope } from './types.ts';

/** Who asks: what an accepted credential says of its holder. */
export interface Principal {
  tenant: string;
  scopes: Scope[];
  /** Of an access token that opens this one job only. */
  job?: string;
  /** The API key that the credential is, or comes from. */
  keyId: string;
  /** The key's own limit, where it has one. */
  jobsPerWindow?: number;
  /** When the credential ends, in seconds since the epoch; absent for an API key. */
  expiresAtSeconds?: number;
}

/** True where `principal` may do what needs `scope`. `admin` implies every other scope. */
export function allows(principal: Principal, scope: Scope): boolean {
  return principal.scopes.includes(scope) || principal.scopes.includes('admin');
}
