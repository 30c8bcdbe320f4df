import { findDelivery, saveDelivery } from '../aws/deliveries.ts';
import { nextTurn, sendDeliveries } from '../aws/delivery-queue.ts';
import type { DueItem } from '../aws/due-items.ts';
import { parseDeliveryKey } from '../aws/keys.ts';
import { releaseDelivery } from '../core/delivery-changes.ts';
import { traceFieldsOf } from '../core/trace-context.ts';
import { log } from '../edge/log.ts';

/**
 * Sends the message of a delivery whose time has come, or whose holder died. Its due time is moved on first: a message
 * that is lost is sent again, and one too many finds that its turn has been taken.
 */
export async function releaseDue(item: DueItem, nowMs: number): Promise<void> {
  const record = await findDelivery(parseDeliveryKey(item));
  if (record?.status !== 'pending' || record.isWaiting || (record.dueAtMs ?? nowMs) > nowMs) return;
  const released = await saveDelivery(releaseDelivery(record, nowMs));
  if (!released) return;
  const { id: delivery, job, tenant, endpoint, traceparent } = released;
  log.info('delivery released', { job: job ?? undefined, tenant, delivery, endpoint, ...traceFieldsOf(traceparent) });
  await sendDeliveries([nextTurn(released)]);
}
