import { randomBytes } from 'node:crypto';
import { type ApiKey, listApiKeys, revokeApiKey, saveApiKey } from '../lambdas/aws/api-keys.ts';
import { hastenConnections } from '../lambdas/aws/connections-of-key.ts';
import { environmentPattern, hashApiKey, newApiKey } from '../lambdas/core/credentials.ts';
import { base32 } from '../lambdas/core/job-id.ts';
import { scopes as allScopes, type Scope } from '../protocol/types.ts';

/** What `keys create` is asked for, as it stands on the command line. */
export interface KeyRequest {
  tenant?: string | undefined;
  /** Comma-separated. @default every scope */
  scopes?: string | undefined;
  description?: string | undefined;
  jobsPerWindow?: string | undefined;
}

const tenantPattern = /^[a-z0-9][a-z0-9._-]{0,62}$/i;

/** Makes a key. Its text is in the answer and nowhere else. */
export async function createKey(request: KeyRequest, stage: string): Promise<{ text: string; key: ApiKey }> {
  if (!environmentPattern.test(stage)) {
    throw new Error(
      `Cannot create a key for the stage "${stage}": a name has 1 to 32 lower-case letters, digits or "-"`,
    );
  }
  const text = newApiKey(stage);
  const key: ApiKey = {
    ...readRequest(request),
    id: `key_${base32(randomBytes(17)).slice(0, 16)}`,
    hash: hashApiKey(text),
    createdAtMs: Date.now(),
  };
  await saveApiKey(key);
  return { text, key };
}

function readRequest({ tenant, scopes, description, jobsPerWindow }: KeyRequest) {
  if (tenant === undefined) throw new Error('Cannot create a key: no tenant is given, add --tenant NAME');
  if (!tenantPattern.test(tenant)) {
    throw new Error(
      `Cannot create a key for the tenant "${tenant}": a name has 1 to 63 letters, digits, ".", "_" or "-"`,
    );
  }
  const jobs = jobsPerWindow === undefined ? undefined : Number(jobsPerWindow);
  if (jobs !== undefined && (!Number.isInteger(jobs) || jobs < 1)) {
    throw new Error(`Cannot create a key with --jobs-per-window ${jobsPerWindow}: it must be an integer from 1 on`);
  }
  return {
    tenant,
    scopes: readScopes(scopes),
    ...(description !== undefined && { description }),
    ...(jobs !== undefined && { jobsPerWindow: jobs }),
  };
}

function readScopes(given: string | undefined): Scope[] {
  const names = given === undefined ? [...allScopes] : given.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !allScopes.includes(name as Scope));
  if (unknown.length > 0) {
    throw new Error(
      `Cannot create a key with the scopes ${unknown.join(', ')}: they must be of ${allScopes.join(', ')}`,
    );
  }
  return allScopes.filter((scope) => names.includes(scope));
}

/** By then no function trusts in what it saw of the key before. */
const forgottenMs = 31_000;

/**
 * Ends the key `id`, and says which one it was. Connections that only listen are looked at soon after, and closed.
 * Throws where there is no such key.
 */
export async function revokeKey(id: string | undefined): Promise<ApiKey> {
  if (id === undefined) throw new Error('Cannot revoke a key: no id is given, see `npm run keys -- list`');
  const key = (await listApiKeys()).find((each) => each.id === id);
  if (!key) throw new Error(`Cannot revoke the key ${id}: there is none, see \`npm run keys -- list\``);
  const nowMs = Date.now();
  await revokeApiKey(key, nowMs);
  await hastenConnections(key.id, { nowMs, dueAtMs: nowMs + forgottenMs });
  return key;
}

/** What may be told of a key: all but its hash. */
export function describeKey({ hash: _hash, createdAtMs, revokedAtMs, ...key }: ApiKey) {
  return {
    ...key,
    createdAt: new Date(createdAtMs).toISOString(),
    ...(revokedAtMs !== undefined && { revokedAt: new Date(revokedAtMs).toISOString() }),
  };
}
