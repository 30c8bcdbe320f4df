import { findConnection, putConnection } from '../../lambdas/aws/connections.ts';
import type { Call } from '../../lambdas/live/message.ts';
import { tenant } from './play-job.ts';

let opened = 0;

/** A message of a connection; a new one where none is given. */
export async function callOf(connection = `c${++opened}`): Promise<Call> {
  const nowMs = Date.now();
  const principal = { tenant, keyId: 'k', scopes: ['jobs:read' as const, 'jobs:write' as const] };
  const row = { openedAtMs: nowMs, lastMessageAtMs: nowMs, countedFromMs: nowMs, messages: 0, subscriptions: {} };
  if (!(await findConnection(connection)))
    await putConnection({ id: connection, principal, protocol: 'jobwire.v1', ...row }, nowMs + 300_000);
  const found = await findConnection(connection);
  if (!found) throw new Error('Cannot find the connection');
  return { connection: found, nowMs, requestId: 'r', remainingMs: () => 29_000, taken: false };
}
