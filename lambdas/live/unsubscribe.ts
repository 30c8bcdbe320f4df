import { setTimeout as pause } from 'node:timers/promises';
import type { ClientMessage } from '../../protocol/socket-messages.ts';
import { findConnection, freeSubscriptions, type Subscription } from '../aws/connections.ts';
import { findJob } from '../aws/job-store.ts';
import { removeWatcher } from '../aws/job-watchers.ts';
import type { Watcher } from '../core/job-record.ts';
import { isLostJoin, joinTimeoutMs } from '../core/watching.ts';
import type { Call } from './message.ts';
import { tell } from './tell.ts';

/** The platform may start two messages of a connection at once: a subscribe just before may still be on its way. */
const overtakenMs = 200;
const overtakenTries = 5;

/** `unsubscribe`: `complete`, after whatever its subscribe is still posting. Also where nothing was subscribed. */
export async function unsubscribe(
  { id }: Extract<ClientMessage, { type: 'unsubscribe' }>,
  { connection, nowMs }: Call,
): Promise<void> {
  const taken = await findTaken(connection.id, id, connection.subscriptions[id]);
  if (taken) {
    const watcher = await findWatcher(connection.id, { id, nowMs, ...taken });
    const isJoining = watcher?.state === 'joining' && !isLostJoin(watcher, nowMs);
    // Its subscribe function finds it gone when it is done posting, and says `complete` itself.
    if (isJoining && (await removeWatcher(taken.job, watcher))) return;
    await removeWatcher(taken.job, { connection: connection.id, subscription: id });
    await freeSubscriptions(connection.id, [{ subscription: id, takenAtMs: taken.takenAtMs }]);
  }
  await tell(connection.id, { type: 'complete', id });
}

async function findTaken(
  connection: string,
  id: string,
  known: Subscription | undefined,
): Promise<Subscription | undefined> {
  if (known) return known;
  await pause(overtakenMs);
  return (await findConnection(connection))?.subscriptions[id];
}

/** The subscription's watcher; waits a little for one that its subscribe has yet to add. */
async function findWatcher(
  connection: string,
  { id, job, takenAtMs, nowMs }: Subscription & { id: string; nowMs: number },
): Promise<Watcher | undefined> {
  for (let tries = 0; tries < overtakenTries; tries += 1) {
    const record = await findJob(job);
    const watcher = record?.watchers.find((other) => other.connection === connection && other.subscription === id);
    if (watcher || !record || nowMs - takenAtMs > joinTimeoutMs) return watcher;
    await pause(overtakenMs);
  }
  return undefined;
}
