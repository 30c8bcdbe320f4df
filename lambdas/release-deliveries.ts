import { breakerDueKind } from './aws/breakers.ts';
import { deliveryDueKind } from './aws/deliveries.ts';
import { releaseDue } from './deliveries/release-due.ts';
import { tendBreaker } from './deliveries/tend-breaker.ts';
import { schedule } from './edge/schedule.ts';
import { tendDue } from './tend/tend-due.ts';

/** An outage of a week loses nothing; what came due before that is not looked for. */
const longestOutageMinutes = 7 * 1440;

/**
 * Once a minute: sends the deliveries whose time has come, and looks after the breakers. Side by side: a great number of
 * the one holds up none of the other, and neither does its failure.
 */
export const handler = schedule(async () => {
  const nowMs = Date.now();
  const tended = await Promise.allSettled([
    tendDue({ kind: deliveryDueKind, nowMs, longestOutageMinutes }, (item) => releaseDue(item, nowMs)),
    tendDue({ kind: breakerDueKind, nowMs, longestOutageMinutes }, (item) => tendBreaker(item, nowMs)),
  ]);
  for (const outcome of tended) if (outcome.status === 'rejected') throw outcome.reason;
});
