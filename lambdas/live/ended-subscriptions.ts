import { isDone } from '../../protocol/lifecycle.ts';
import { type Connection, findConnection, freeSubscriptions } from '../aws/connections.ts';
import { findJobs } from '../aws/find-jobs.ts';
import type { JobRecord, Watcher } from '../core/job-record.ts';
import { isLostJoin, joinTimeoutMs } from '../core/watching.ts';
import { log } from '../edge/log.ts';

/**
 * Whoever ends a job frees nobody's subscription ids: that would be one more write for each. So every so many ids that
 * a connection takes, the one that takes the last of them frees those that have ended: the row stays under 1 KB, and
 * messages that come side by side do not all look.
 */
const takenBetweenSweeps = 8;
/** Somebody else may free or take ids of the row at the same moment. */
const tries = 3;

/** How a subscription that a row names stands in its job's HEAD. */
type Standing =
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

type Looked = Named & Standing;

/** How each subscription of a connection stands: one read for all. */
async function standingsOf({ id, subscriptions }: Connection): Promise<Looked[]> {
  const all = Object.entries(subscriptions).map(([subscription, taken]) => ({ subscription, ...taken }));
  const jobs = await findJobs([...new Set(all.map(({ job }) => job))], { isConsistent: true });
  const nowMs = Date.now();
  return all.map((named) => ({ ...named, ...standing(jobs.get(named.job), { ...named, connection: id, nowMs }) }));
}

function standing(
  record: JobRecord | undefined,
  { connection, subscription, takenAtMs, nowMs }: Named & { connection: string; nowMs: number },
): Standing {
  const watcher = record?.watchers.find(
    (other) => other.connection === connection && other.subscription === subscription,
  );
  if (!record) return { state: 'ended' };
  // A watcher stays in the HEAD of a job that ended while it was live; one that was caught up to the end was freed.
  if (watcher?.state === 'live') return { state: isDone(record.status) ? 'ended' : 'alive' };
  if (watcher) return isLostJoin(watcher, nowMs) ? { state: 'lost', watcher } : { state: 'alive' };
  return { state: nowMs - takenAtMs > joinTimeoutMs ? 'lost' : 'alive' };
}

/** Frees the ids of the subscriptions whose job has ended, and returns the others. */
export async function freeEnded(connection: Connection): Promise<Looked[]> {
  let others: Looked[] = [];
  let row: Connection | undefined = connection;
  for (let left = tries; row && left > 0; left -= 1) {
    const looked = await standingsOf(row);
    others = looked.filter(({ state }) => state !== 'ended');
    const ended = looked.filter(({ state }) => state === 'ended');
    if (await freeSubscriptions(row.id, ended)) break;
    row = await findConnection(row.id);
  }
  return others;
}

/** Frees what has ended, if it is time; `row` is the connection's just after it took a subscription id. */
export async function sweep(row: Connection): Promise<void> {
  if (Object.keys(row.subscriptions).length % takenBetweenSweeps !== 0) return;
  // The message itself has been answered, and a later one sweeps again.
  await freeEnded(row).catch((error: unknown) =>
    log.warn('Cannot free the subscriptions that ended', { connection: row.id, error }),
  );
}
