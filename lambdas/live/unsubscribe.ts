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
/** Pushes that began before HEAD forgot the watcher are over by then, so that nothing follows the last word. */
const lastPushesMs = 500;
const compileTries = 10;

/** `unsubscribe`: `complete`, after whatever its subscribe is still posting. Also where nothing was subscribed. */
export async function unsubscribe({ id }: Extract<ClientMessage, { type: 'unsubscribe' }>, call: Call): Promise<void> {
  const taken = await findTaken(id, call, 1);
  // Its subscribe function finds it gone when it is done posting, and says `complete` itself.
  if (taken && (await isLeftToSubscribe(id, { ...call, taken }))) return;
  if (taken) await pause(lastPushesMs);
  await tell(call.connection.id, { type: 'complete', id });
}

/**
 * `complete` of a GraphQL client, which is answered with nothing. Its subscribe takes the id only once its document is
 * compiled, so one that is on its way is waited for.
 */
export async function unsubscribeSilently(id: string, call: Call): Promise<void> {
  const taken = await findTaken(id, call, compileTries);
  if (taken) await isLeftToSubscribe(id, { ...call, taken });
}

/** Ends a subscription; true where its subscribe function is still posting, and has the last word. */
async function isLeftToSubscribe(
  id: string,
  { connection, nowMs, taken }: Pick<Call, 'connection' | 'nowMs'> & { taken: Subscription },
): Promise<boolean> {
  const watcher = await findWatcher(connection.id, { id, nowMs, ...taken });
  const isJoining = watcher?.state === 'joining' && !isLostJoin(watcher, nowMs);
  if (isJoining && (await removeWatcher(taken.job, watcher))) return true;
  await removeWatcher(taken.job, { connection: connection.id, subscription: id });
  await freeSubscriptions(connection.id, [{ subscription: id, takenAtMs: taken.takenAtMs }]);
  return false;
}

async function findTaken(id: string, { connection }: Call, tries: number): Promise<Subscription | undefined> {
  let taken = connection.subscriptions[id];
  for (let left = tries; !taken && left > 0; left -= 1) {
    await pause(overtakenMs);
    taken = (await findConnection(connection.id))?.subscriptions[id];
  }
  return taken;
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
