import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import { allows, type Principal } from '../../protocol/principal.ts';
import { scopes as allScopes, type Json, type Scope } from '../../protocol/types.ts';
import { jobIdPattern } from './job-id.ts';
import { kindOf, readFields, refuseFaults } from './read-fields.ts';

/** What a good request for an access token comes to. */
export interface TokenGrant {
  scopes: Scope[];
  job?: string;
  singleUse: boolean;
  expiresAtSeconds: number;
}

/**
 * Reads the body of `POST /v1/tokens`. A token is never wider than the credential that asks for it: fewer or the same
 * scopes (`forbidden` otherwise), the same job where that is bound to one, and no longer a life.
 */
export function readTokenRequest(
  body: Json,
  { principal, nowMs }: { principal: Principal; nowMs: number },
): TokenGrant {
  const { faults, faultAt, field, flag, integer, text, refuseUnknown } = readFields(body);
  const bounds = { min: limits.minTokenSeconds, max: limits.maxTokenSeconds };
  const seconds = integer('expiresInSeconds', bounds) ?? limits.defaultTokenSeconds;
  const singleUse = flag('singleUse') ?? false;
  const job = text('job', { max: limits.maxIdLength, pattern: jobIdPattern, form: 'the id of a job' }) ?? principal.job;
  const asked = readScopes(field('scopes'), faultAt);
  refuseUnknown();
  refuseFaults(faults, 'the request for a token');
  const beyond = asked?.filter((scope) => !allows(principal, scope)) ?? [];
  if (beyond.length > 0) throw tooWide(`the scopes ${beyond.join(', ')}`, `has ${principal.scopes.join(', ')}`);
  if (principal.job !== undefined && job !== principal.job) throw tooWide('another job', 'opens one job only');
  return {
    scopes: asked ?? principal.scopes,
    singleUse,
    expiresAtSeconds: Math.min(
      Math.floor(nowMs / 1000) + seconds,
      principal.expiresAtSeconds ?? Number.POSITIVE_INFINITY,
    ),
    ...(job !== undefined && { job }),
  };
}

function readScopes(given: Json | undefined, faultAt: (below: string, detail: string) => void): Scope[] | undefined {
  if (given === undefined) return undefined;
  if (!Array.isArray(given) || given.length === 0) {
    faultAt('/scopes', `Must be an array of one scope or more, is ${Array.isArray(given) ? 'empty' : kindOf(given)}`);
    return undefined;
  }
  for (const [index, scope] of given.entries()) {
    if (!allScopes.includes(scope as Scope)) faultAt(`/scopes/${index}`, `Must be one of ${allScopes.join(', ')}`);
  }
  return allScopes.filter((scope) => given.includes(scope));
}

function tooWide(asked: string, held: string): ApiError {
  return new ApiError('forbidden', `Cannot issue a token for ${asked}: the credential ${held}, a token is never wider`);
}
