import { setTimeout as pause } from 'node:timers/promises';
import { ApiError } from '../../protocol/errors.ts';
import { guardUrl } from '../deliver/guarded-fetch.ts';
import { RequestError } from '../deliver/request-error.ts';
import { env } from '../env.ts';

/** A name server that is slow must not hold up an answer: the check is done anew at each attempt. */
const longestLookupMs = 3_000;

/**
 * Refuses a receiver whose name resolves to an address that must not be called. A name that does not resolve at
 * present is accepted: it fails at the attempt.
 *
 * @param pointer where the URL stands in the body
 */
export async function checkReceiver(url: string, pointer: string): Promise<void> {
  const fault = await Promise.race([findFault(url), pause(longestLookupMs, undefined, { ref: false })]);
  if (fault === undefined) return;
  const errors = [{ pointer, detail: fault }];
  throw new ApiError('invalid-input', 'Cannot accept the webhook: its URL must be a public https address', { errors });
}

async function findFault(url: string): Promise<string | undefined> {
  try {
    await guardUrl(url, { allowLoopback: env('ALLOW_LOOPBACK') === '1' });
    return undefined;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return error.fault === 'blocked' ? error.message : undefined;
  }
}
