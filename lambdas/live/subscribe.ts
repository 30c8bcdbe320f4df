import { ApiError } from '../../protocol/errors.ts';
import { isDone } from '../../protocol/lifecycle.ts';
import { limits } from '../../protocol/limits.ts';
import type { ClientMessage } from '../../protocol/socket-messages.ts';
import { type Connection, freeSubscriptions, takeSubscription } from '../aws/connections.ts';
import { findJob } from '../aws/job-store.ts';
import { addWatcher, removeWatcher } from '../aws/job-watchers.ts';
import { jobIdPattern } from '../core/job-id.ts';
import type { JobRecord, Watcher } from '../core/job-record.ts';
import { logFieldsOf } from '../core/log-fields.ts';
import { noSuchJob } from '../core/no-such-job.ts';
import { parseCursor } from '../core/watching.ts';
import type { Dialect } from '../deliver/dialect.ts';
import { admit } from '../edge/admit.ts';
import { log } from '../edge/log.ts';
import { settleJob } from '../read/settle-job.ts';
import { catchUp } from './catch-up.ts';
import { freeEnded, sweep } from './ended-subscriptions.ts';
import type { Call } from './message.ts';
import { messageJob, tell } from './tell.ts';

/** A call gives up catching up this long before its time is over, and after this long at the most. */
const spareMs = 5_000;
const longestCatchUpMs = 20_000;

type Subscribe = Extract<ClientMessage, { type: 'subscribe' }>;

/** `subscribe`: `subscribed`, then the log after the cursor, then what happens. */
export async function subscribe({ id, job, after }: Subscribe, call: Call): Promise<void> {
  const { connection, nowMs } = call;
  const row = call.taken ? connection : await takePlace({ id, job }, call);
  try {
    admit('listEvents', connection.principal, { path: { id: job }, nowMs });
    if (!jobIdPattern.test(job)) throw noSuchJob();
    const { record, watcher } = await join(job, { id, call });
    log.info('job followed', logFieldsOf(record));
    await follow(record, { id, watcher, call, cursor: parseCursor(after) });
  } catch (thrown) {
    await freeSubscriptions(connection.id, [{ subscription: id, takenAtMs: nowMs }]);
    throw thrown;
  }
  await sweep(row);
}

/**
 * Takes a subscription id, and returns the connection's row with it. One whose job has ended, which no sweep has freed
 * yet, does not stand in the way.
 */
export async function takePlace(
  { id, job }: { id: string; job: string },
  { connection, nowMs }: Call,
): Promise<Connection> {
  const place = { subscription: id, job, nowMs, isCounted: true };
  const take = () => takeSubscription(connection.id, place);
  const row = (await take()) ?? (await freeEnded(connection).then(take));
  if (row) return row;
  if (Object.hasOwn(connection.subscriptions, id)) {
    const errors = [{ pointer: '/id', detail: 'names a subscription of this connection already' }];
    throw new ApiError('invalid-message', 'Cannot subscribe: the id is in use', { errors });
  }
  const most = limits.maxSubscriptionsPerConnection;
  throw new ApiError('too-many-subscriptions', `Cannot subscribe: this connection has ${most} subscriptions already`);
}

/** Adds a joining watcher to a job; a job that is done needs none. */
export async function join(
  job: string,
  { id, call }: { id: string; call: Call },
): Promise<{ record: JobRecord; watcher?: Watcher }> {
  const { connection, nowMs } = call;
  const { tenant } = connection.principal;
  const watcher = joiningWatcher(connection.id, { id, nowMs, dialect: call.dialect });
  const joined = await addWatcher(job, watcher, { tenant, nowMs });
  if (joined) return { record: joined, watcher };
  const record = await findJob(job);
  if (record?.tenant !== tenant) throw noSuchJob();
  if (isDone(record.status)) return { record };
  const most = limits.maxWatchersPerJob;
  throw new ApiError('too-many-subscriptions', `Cannot subscribe: this job has ${most} watchers already`);
}

/** A watcher that is being caught up. */
export function joiningWatcher(
  connection: string,
  { id, nowMs, dialect }: { id: string; nowMs: number; dialect?: Dialect },
): Watcher {
  const watcher = { connection, subscription: id, state: 'joining', joinedAtMs: nowMs, afterSeq: 0 } as const;
  return dialect === undefined ? watcher : { ...watcher, selection: dialect };
}

interface Following {
  id: string;
  watcher: Watcher | undefined;
  call: Call;
  /** Undefined: none that could be one. */
  cursor: number | undefined;
}

/** Tells a client of a job that it has joined, or that is done, from its cursor on. */
async function follow(record: JobRecord, { id, watcher, call, cursor }: Following): Promise<void> {
  const { connection, dialect } = call;
  const job = messageJob(record);
  const known = cursor !== undefined && cursor <= record.seq;
  try {
    await settleJob(record, call.nowMs);
    const isThere =
      (await tell(connection.id, { type: 'subscribed', id, job }, dialect)) &&
      (known || (await tell(connection.id, { type: 'reset', id, job }, dialect)));
    if (isThere) await followFrom(record, { id, watcher, call, after: known ? cursor : 0 });
    else await leave(record, watcher);
  } catch (thrown) {
    await leave(record, watcher);
    throw thrown;
  }
}

/** The client may have left, and its row with it, before the watcher was added: then nobody else finds it. */
async function leave({ id }: JobRecord, watcher: Watcher | undefined): Promise<void> {
  if (watcher) await removeWatcher(id, watcher);
}

/** Catches a watcher up from a cursor, and frees the subscription's id where nothing more will come. */
export async function followFrom(
  record: JobRecord,
  { id, watcher, call, after }: Omit<Following, 'cursor'> & { after: number },
): Promise<void> {
  const { connection, nowMs, remainingMs, dialect } = call;
  const untilMs = Date.now() + Math.min(longestCatchUpMs, remainingMs() - spareMs);
  const client = { connection: connection.id, subscription: id, dialect };
  const outcome = await catchUp({ record, watcher, after, untilMs, ...client });
  if (outcome === 'gone') await leave(record, watcher);
  if (outcome === 'ended') await freeSubscriptions(connection.id, [{ subscription: id, takenAtMs: nowMs }]);
}
