import { createDelivery, findDelivery, saveDelivery } from './aws/deliveries.ts';
import { parseDeliveryMessage } from './aws/delivery-queue.ts';
import { setVisibility } from './aws/job-queue.ts';
import { buryAttempt, isDue } from './core/delivery-changes.ts';
import { type DeliveryRecord, newDelivery } from './core/delivery-record.ts';
import { traceFieldsOf } from './core/trace-context.ts';
import { log } from './edge/log.ts';
import { type Outcome, type QueueMessage, queue } from './edge/queue.ts';

/** Records the deliveries whose messages could not be processed. Each has its next attempt, unless that was the last one. */
export const handler = queue(buryDelivery, setVisibility);

async function buryDelivery({ body }: QueueMessage): Promise<Outcome> {
  const message = await parseDeliveryMessage(body);
  if (!message) {
    log.error('dead message dropped: it is not signed by us');
    return 'done';
  }
  const nowMs = Date.now();
  const random = Math.random();
  if (message.kind === 'first') {
    const record = newDelivery(message.draft, nowMs);
    log.warn('delivery died before its first attempt', fieldsOf(record));
    await createDelivery(buryAttempt(record, { now: nowMs, random }));
    return 'done';
  }
  const record = await findDelivery(message.id);
  log.warn('delivery died', record ? fieldsOf(record) : { delivery: message.id });
  // One that is due no more has been taken since; one that waits is due in the index.
  if (record && !message.isProbe && isDue(record, message, nowMs)) {
    await saveDelivery(buryAttempt(record, { now: nowMs, random }));
  }
  return 'done';
}

function fieldsOf({ id: delivery, job, tenant, endpoint, traceparent }: DeliveryRecord) {
  return { job: job ?? undefined, tenant, delivery, endpoint, ...traceFieldsOf(traceparent) };
}
