import { ApiError } from '../../protocol/errors.ts';
import { findApiKeyById } from '../aws/api-keys.ts';
import type { Connection } from '../aws/connections.ts';

/** How long one look at a key counts: within 60 s of its end nothing is taken from a connection that it opened. */
const freshMs = 30_000;
const foundGoodAtMs = new Map<string, number>();

/**
 * True where the key that opened a connection, or that its token came from, has been revoked since. The authorizer has
 * looked when it opened; later on each environment looks once in half a minute, whatever the key's connections do.
 */
export async function isKeyRevoked({ principal, openedAtMs }: Connection, nowMs: number): Promise<boolean> {
  const { tenant, keyId } = principal;
  if (nowMs - Math.max(openedAtMs, foundGoodAtMs.get(keyId) ?? 0) < freshMs) return false;
  const key = await findApiKeyById(tenant, keyId);
  if (key?.revokedAtMs !== undefined) return true;
  foundGoodAtMs.set(keyId, nowMs);
  return false;
}

/** What such a connection is told before it is closed. */
export const keyRevoked = () =>
  new ApiError('unauthorized', 'Cannot take this message: the key of this connection has been revoked');
