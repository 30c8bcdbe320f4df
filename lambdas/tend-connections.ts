import { connectionDueKind, connectionOf } from './aws/connections.ts';
import { schedule } from './edge/schedule.ts';
import { tendConnection } from './live/tend-connection.ts';
import { tendDue } from './tend/tend-due.ts';

const longestOutageMinutes = 180;

/** Looks after the connections that came due, once a minute. A connection that cannot be tended now stays due. */
export const handler = schedule(async () => {
  const nowMs = Date.now();
  await tendDue({ kind: connectionDueKind, nowMs, longestOutageMinutes }, (item) =>
    tendConnection(connectionOf(item), nowMs),
  );
});
