import type { JobEvent } from '../../protocol/types.ts';
import { webhookEventTypes } from '../../protocol/webhooks.ts';
import { firstTurn, sendDeliveries } from '../aws/delivery-queue.ts';
import { listEndpoints } from '../aws/endpoints.ts';
import { deliveryId } from '../core/delivery-id.ts';
import type { DeliveryDraft } from '../core/delivery-record.ts';
import type { JobRecord } from '../core/job-record.ts';
import { jobEventFor } from '../core/webhook-event.ts';
import { type WebhookFilter, wantsEvent } from '../core/webhook-filter.ts';

/** Who may want a job's events: an endpoint of the tenant, or the one given with the job, which has the job's id. */
interface Receiver extends WebhookFilter {
  id: string;
  /** Of the one given with the job. */
  url?: string;
}

/**
 * Queues the webhooks of a job's events, one message for each event and endpoint. Throws where that cannot be done: then
 * the job's message must come back, and the same deliveries are queued again under the same ids.
 */
export async function sendWebhooks(record: JobRecord, events: JobEvent[]): Promise<void> {
  const told = events.filter(({ type }) => webhookEventTypes.includes(type));
  if (told.length === 0) return;
  const { id, tenant, webhook } = record;
  const endpoints: Receiver[] = (await listEndpoints(tenant))
    .filter(({ enabled }) => enabled)
    // Its URL may change until it is sent, so it is read then.
    .map(({ id: endpoint, events: wanted, types }) => ({ id: endpoint, events: wanted, types }));
  if (webhook) endpoints.push({ id, ...webhook });
  const drafts = told.flatMap((event) =>
    endpoints
      .filter((receiver) => wantsEvent(receiver, { event: event.type, jobType: record.type }))
      .map((receiver) => draftOf(record, event, receiver)),
  );
  if (drafts.length > 0) await sendDeliveries(drafts.map(firstTurn));
}

function draftOf(record: JobRecord, event: JobEvent, { id: endpoint, url }: Receiver): DeliveryDraft {
  const { id, tenant, createdAtMs, traceparent } = record;
  return {
    id: deliveryId({ group: id, life: createdAtMs, seq: event.seq, endpoint }),
    tenant,
    endpoint,
    ...(url !== undefined && { url }),
    jobCreatedAtMs: createdAtMs,
    event: jobEventFor(endpoint, event),
    ...(traceparent !== undefined && { traceparent }),
  };
}
