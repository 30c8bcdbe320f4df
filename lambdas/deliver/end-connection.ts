import { randomUUID } from 'node:crypto';
import { ApiError, problemDocument } from '../../protocol/errors.ts';
import type { ServerMessage } from '../../protocol/socket-messages.ts';
import { closeConnection, postToConnection } from '../aws/connection-posts.ts';
import { deleteConnection, findConnection, freeSubscriptions } from '../aws/connections.ts';
import { removeWatcher } from '../aws/job-watchers.ts';
import { inParallel } from '../core/in-parallel.ts';
import type { Watcher } from '../core/job-record.ts';
import { env } from '../env.ts';
import { type Dialect, framesOf } from './dialect.ts';

const parallelJobs = 10;

/** Removes what is kept of a connection that has ended: its watchers first, its row last, so that a crash leaves the row. */
export async function forgetConnection(connection: string): Promise<void> {
  const row = await findConnection(connection);
  if (!row) return;
  await inParallel(Object.entries(row.subscriptions), parallelJobs, async ([subscription, { job }]) => {
    await removeWatcher(job, { connection, subscription });
  });
  await deleteConnection(connection);
}

/**
 * Ends a connection that cannot be posted to, and forgets it; `known` are watchers that the row may no longer name.
 * A client that was there after all connects again and resumes with its cursors.
 */
export async function dropConnection(connection: string, known?: { job: string; watchers: Watcher[] }): Promise<void> {
  await closeConnection(connection);
  for (const { subscription } of known?.watchers ?? []) {
    await removeWatcher(known?.job ?? '', { connection, subscription });
  }
  await forgetConnection(connection);
}

/** Ends a subscription whose subscribe function died while it caught up, and has its client subscribe again. */
export async function endLostJoin(job: string, watcher: Watcher): Promise<void> {
  const { connection, subscription, joinedAtMs: takenAtMs = 0, selection: dialect } = watcher;
  if (await removeWatcher(job, watcher)) await refuseSubscription(connection, { subscription, takenAtMs, dialect });
}

/** Tells a client that its subscription ended without the end of the job, and frees the id. */
export async function refuseSubscription(
  connection: string,
  { subscription: id, takenAtMs, dialect }: { subscription: string; takenAtMs: number; dialect: Dialect },
): Promise<void> {
  const error = new ApiError('unavailable', 'Cannot go on with this subscription: subscribe again with your cursor');
  const problem = problemDocument(error, { restUrl: env('REST_URL'), requestId: randomUUID() });
  const message: ServerMessage = { type: 'error', id, error: problem };
  await freeSubscriptions(connection, [{ subscription: id, takenAtMs }]);
  for (const frame of framesOf(message, dialect))
    if (!(await postToConnection(connection, frame))) await dropConnection(connection);
}
