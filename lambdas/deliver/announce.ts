import type { JobEvent } from '../../protocol/types.ts';
import type { JobRecord } from '../core/job-record.ts';
import { log } from '../edge/log.ts';
import { pushToWatchers } from './websocket.ts';

/** Brings a job's new events to whoever must hear of them by one channel. `record` is HEAD after the last of them. */
export type Delivery = (record: JobRecord, events: JobEvent[]) => Promise<void>;

const deliveries: Delivery[] = [pushToWatchers];

/**
 * Tells everyone who follows a job of its new events, in order; done when each has been told or given up.
 * A receiver's fault never fails the caller: a fault of ours neither, since the event is in the log already, and
 * failing here would have the job's message run again.
 */
export async function announce(record: JobRecord, events: JobEvent[]): Promise<void> {
  if (events.length === 0) return;
  const outcomes = await Promise.allSettled(deliveries.map((deliver) => deliver(record, events)));
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      log.error('Cannot announce events', { job: record.id, seq: record.seq, error: outcome.reason });
}
