import type { JobEvent } from '../../protocol/types.ts';
import type { JobRecord } from '../core/job-record.ts';
import { logFieldsOf } from '../core/log-fields.ts';
import { log } from '../edge/log.ts';
import { sendWebhooks } from './webhooks.ts';
import { pushToWatchers } from './websocket.ts';

/** Brings a job's new events to whoever must hear of them by one channel. `record` is HEAD after the last of them. */
export type Delivery = (record: JobRecord, events: JobEvent[]) => Promise<void>;

/** Side by side: webhooks hold up no push. */
const deliveries: Delivery[] = [pushToWatchers, sendWebhooks];

/**
 * Tells everyone who follows a job of its new events, in order; done when each has been told or given up.
 * A receiver's fault never fails the caller. Where webhooks cannot be queued it throws, once the watchers are told: the
 * job's message must then come back, for nobody else would send them. A watcher that was not told reads the log.
 */
export async function announce(record: JobRecord, events: JobEvent[]): Promise<void> {
  if (events.length === 0) return;
  const [pushed, sent] = await Promise.allSettled(deliveries.map((deliver) => deliver(record, events)));
  for (const outcome of [pushed, sent])
    if (outcome?.status === 'rejected')
      log.error('Cannot announce events', { ...logFieldsOf(record), seq: record.seq, error: outcome.reason });
  if (sent?.status === 'rejected') throw sent.reason;
}
