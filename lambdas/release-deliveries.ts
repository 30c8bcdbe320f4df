import { breakerDueKind } from './aws/breakers.ts';
import { deliveryDueKind } from './aws/deliveries.ts';
import { releaseDue } from './deliveries/release-due.ts';
import { tendBreaker } from './deliveries/tend-breaker.ts';
import { tendDue } from './tend/tend-due.ts';

/** No minute is skipped that a delivery may still be waiting in: the longest pause is a little over a day. */
const longestOutageMinutes = 3 * 1440;

/** Once a minute: sends the deliveries whose time has come, and looks after the breakers. */
export async function handler(): Promise<void> {
  const nowMs = Date.now();
  await tendDue({ kind: breakerDueKind, nowMs, longestOutageMinutes }, (item) => tendBreaker(item, nowMs));
  await tendDue({ kind: deliveryDueKind, nowMs, longestOutageMinutes }, (item) => releaseDue(item, nowMs));
}
