import { limits } from '../../protocol/limits.ts';
import { isConnectionOpen } from '../aws/connection-posts.ts';
import { type Connection, findConnection, rescheduleConnection } from '../aws/connections.ts';
import { dialectOf } from '../deliver/dialect.ts';
import { dropConnection, endLostJoin, forgetConnection, refuseSubscription } from '../deliver/end-connection.ts';
import { isKeyRevoked } from './check-key.ts';
import { freeEnded } from './ended-subscriptions.ts';
import { tell } from './tell.ts';

const idleMs = limits.idleConnectionSeconds * 1000;
const tellAfterMs = limits.reconnectAfterSeconds * 1000;
/** The platform ends every connection at 2 h. */
const longestMs = 2 * 3_600_000;

/**
 * Looks after one connection that came due: forgets it where it has ended unnoticed, mends its subscriptions, closes it
 * where it is idle or its key has been revoked, tells it to reconnect before the platform ends it, and says when to look again.
 */
export async function tendConnection(id: string, nowMs: number): Promise<void> {
  const connection = await findConnection(id);
  if (!connection) return;
  const { openedAtMs, lastMessageAtMs, toldAtMs } = connection;
  if (nowMs - openedAtMs >= longestMs || !(await isConnectionOpen(id))) return await forgetConnection(id);
  if (await isKeyRevoked(connection, nowMs)) return await dropConnection(id);
  const hasSubscriptions = await mendSubscriptions(connection);
  if (!hasSubscriptions && nowMs - lastMessageAtMs >= idleMs) return await dropConnection(id);
  const isOld = nowMs - openedAtMs >= tellAfterMs;
  const tellsNow = isOld && toldAtMs === undefined;
  if (tellsNow && !(await tell(id, { type: 'reconnect' }, dialectOf(connection)))) return;
  const dueAtMs = nextLookMs(connection, { nowMs, isIdle: !hasSubscriptions });
  await rescheduleConnection(id, { dueAtMs, ...(tellsNow && { toldAtMs: nowMs }) });
}

/** At the next moment at which something may be due, and every 5 minutes in any case: the end may go unnoticed. */
function nextLookMs(
  { openedAtMs, lastMessageAtMs }: Connection,
  { nowMs, isIdle }: { nowMs: number; isIdle: boolean },
): number {
  const moments = [nowMs + idleMs, openedAtMs + tellAfterMs, openedAtMs + longestMs];
  if (isIdle) moments.push(lastMessageAtMs + idleMs);
  return Math.min(...moments.filter((moment) => moment > nowMs));
}

/** Frees what has ended, and has clients subscribe again where a subscription was lost. True where any are left. */
async function mendSubscriptions(connection: Connection): Promise<boolean> {
  const left = await freeEnded(connection);
  for (const subscription of left) {
    if (subscription.state !== 'lost') continue;
    if (subscription.watcher) await endLostJoin(subscription.job, subscription.watcher);
    else await refuseSubscription(connection.id, { ...subscription, dialect: dialectOf(connection) });
  }
  return left.length > 0;
}
