import { isDone } from '../../protocol/lifecycle.ts';
import { type Connection, freeSubscriptions } from '../aws/connections.ts';
import { findJob } from '../aws/job-store.ts';
import { inParallel } from '../core/in-parallel.ts';
import type { Watcher } from '../core/job-record.ts';
import { isLostJoin, joinTimeoutMs } from '../core/watching.ts';

const parallelJobs = 10;

/** How a subscription that a row names stands in its job's HEAD. */
export type Standing =
  | { state: 'alive' }
  /** Its job has ended, and it has been told or will be by whoever ended it. */
  | { state: 'ended' }
  /** Its function died: nobody will tell it anything. */
  | { state: 'lost'; watcher?: Watcher };

interface Named {
  subscription: string;
  job: string;
  takenAtMs: number;
}

/** Looks a subscription up. */
export async function standingOf(connection: string, { subscription, job, takenAtMs }: Named): Promise<Standing> {
  const nowMs = Date.now();
  const record = await findJob(job);
  const watcher = record?.watchers.find(
    (other) => other.connection === connection && other.subscription === subscription,
  );
  if (!record) return { state: 'ended' };
  // A watcher stays in the HEAD of a job that ended while it was live; one that was caught up to the end was freed.
  if (watcher?.state === 'live') return { state: isDone(record.status) ? 'ended' : 'alive' };
  if (watcher) return isLostJoin(watcher, nowMs) ? { state: 'lost', watcher } : { state: 'alive' };
  return { state: nowMs - takenAtMs > joinTimeoutMs ? 'lost' : 'alive' };
}

/** Frees the ids of the subscriptions whose job has ended, and returns what is left. */
export async function freeEnded({ id, subscriptions }: Connection): Promise<Named[]> {
  const ended: Named[] = [];
  const left: Named[] = [];
  const named = Object.entries(subscriptions).map(([subscription, taken]) => ({ subscription, ...taken }));
  await inParallel(named, parallelJobs, async (subscription) => {
    const { state } = await standingOf(id, subscription);
    (state === 'ended' ? ended : left).push(subscription);
  });
  await freeSubscriptions(id, ended);
  return left;
}
