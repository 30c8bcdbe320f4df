import { findDelivery, saveDelivery } from '../aws/deliveries.ts';
import { nextTurn, sendDeliveries } from '../aws/delivery-queue.ts';
import { findInPartition } from '../aws/due-items.ts';
import { parseDeliveryKey, waitingPartition } from '../aws/keys.ts';
import { releaseDelivery } from '../core/delivery-changes.ts';
import type { DeliveryRecord } from '../core/delivery-record.ts';
import { inParallel } from '../core/in-parallel.ts';

const parallelDeliveries = 20;

interface Waiting {
  /** The oldest first. */
  records: DeliveryRecord[];
  /** True where the index has nothing at all. */
  isEmpty: boolean;
  /** True where it has no more than was looked at. */
  isAll: boolean;
}

/** The deliveries that wait behind a breaker. The index may lag: each is read, and must still wait. */
export async function findWaiting(breaker: string, limit: number): Promise<Waiting> {
  const items = await findInPartition(waitingPartition(breaker), { limit });
  const found: (DeliveryRecord | undefined)[] = [];
  await inParallel([...items.entries()], parallelDeliveries, async ([index, item]) => {
    found[index] = await findDelivery(parseDeliveryKey(item));
  });
  const records = found.filter((record) => record !== undefined);
  return {
    records: records.filter(({ isWaiting, status }) => isWaiting && status === 'pending'),
    isEmpty: items.length === 0,
    isAll: items.length < limit,
  };
}

/** Lets deliveries go that waited, the oldest first. Where this stops half-way, they are due again by themselves. */
export async function releaseWaiting(
  breaker: string,
  { limit, nowMs }: { limit: number; nowMs: number },
): Promise<void> {
  const released: DeliveryRecord[] = [];
  const { records } = await findWaiting(breaker, limit);
  await inParallel(records, parallelDeliveries, async (record) => {
    const kept = await saveDelivery(releaseDelivery(record, nowMs));
    if (kept) released.push(kept);
  });
  if (released.length > 0) await sendDeliveries(released.map((record) => nextTurn(record)));
}
