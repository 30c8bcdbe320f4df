import { connectionDueKind, connectionOf } from './aws/connections.ts';
import { tendConnection } from './live/tend-connection.ts';
import { tendDue } from './tend/tend-due.ts';

const longestOutageMinutes = 180;

/** Looks after the connections that came due, once a minute. A connection that cannot be tended now stays due. */
export async function handler(): Promise<void> {
  const nowMs = Date.now();
  await tendDue({ kind: connectionDueKind, nowMs, longestOutageMinutes }, (item) =>
    tendConnection(connectionOf(item), nowMs),
  );
}
