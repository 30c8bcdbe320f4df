import { findDueConnections } from './aws/connections.ts';
import { advanceWatch, findWatchedMinute } from './aws/minute-watch.ts';
import { inParallel } from './core/in-parallel.ts';
import { log } from './edge/log.ts';
import { tendConnection } from './live/tend-connection.ts';

const minuteMs = 60_000;
const parallelMinutes = 5;
const parallelConnections = 20;
/** After an outage no minute is skipped that a connection may still be waiting in. */
const longestOutageMinutes = 180;

/**
 * Looks after the connections that came due: once a minute, from the minute on that the last call left off at, so that
 * a missed call loses nothing. A connection that cannot be tended now stays due.
 */
export async function handler(): Promise<void> {
  const nowMs = Date.now();
  const thisMinute = Math.floor(nowMs / minuteMs);
  const from = Math.max((await findWatchedMinute()) ?? thisMinute - 1, thisMinute - longestOutageMinutes);
  const minutes = Array.from({ length: thisMinute - from + 1 }, (_, index) => from + index);
  let failures = 0;
  await inParallel(minutes, parallelMinutes, async (minute) => {
    const due = await findDueConnections(minute * minuteMs, nowMs);
    await inParallel(due, parallelConnections, async (id) => {
      await tendConnection(id, nowMs).catch((error: unknown) => {
        failures += 1;
        log.error('connection not tended', { connection: id, error });
      });
    });
  });
  if (failures === 0) await advanceWatch(thisMinute);
}
