import { randomUUID } from 'node:crypto';
import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { Json, Page } from '../../protocol/types.ts';
import type { Delivery, DeliveryStatus } from '../../protocol/webhooks.ts';
import { createDelivery, findDelivery, keepBody, saveDelivery } from '../aws/deliveries.ts';
import { isEndpointPage, listEndpointDeliveries, listJobDeliveries } from '../aws/delivery-lists.ts';
import { nextTurn, sendDeliveries } from '../aws/delivery-queue.ts';
import { findEndpoint } from '../aws/endpoints.ts';
import { releaseDelivery, repeatDelivery } from '../core/delivery-changes.ts';
import { deliveryId, deliveryIdPattern } from '../core/delivery-id.ts';
import { type DeliveryRecord, failedAtMs, newDelivery, presentDelivery } from '../core/delivery-record.ts';
import type { EndpointRecord } from '../core/endpoint-record.ts';
import { inParallel } from '../core/in-parallel.ts';
import { type Found, pageOf } from '../core/page.ts';
import { readFields, refuseFaults } from '../core/read-fields.ts';
import { endpointEvent } from '../core/webhook-event.ts';
import { getOwnJob } from '../read/find-own-job.ts';
import { getOwnEndpoint } from './endpoints.ts';

interface ListOptions {
  status?: DeliveryStatus | undefined;
  limit?: number | undefined;
  page?: string | undefined;
}

/** The deliveries to one of the tenant's endpoints, the newest first. */
export async function showEndpointDeliveries(
  tenant: string,
  id: string | undefined,
  { limit = limits.defaultPageSize, page, status }: ListOptions,
): Promise<Page<Delivery>> {
  const endpoint = await getOwnEndpoint(tenant, id);
  return present(await listEndpointDeliveries(endpoint.id, { limit, page }), (record) =>
    isOf(record, { tenant, status }),
  );
}

/** The deliveries of one of the tenant's jobs, in the order of its events. */
export async function showJobDeliveries(
  tenant: string,
  id: string | undefined,
  { limit = limits.defaultPageSize, page, status }: ListOptions,
): Promise<Page<Delivery>> {
  const job = await getOwnJob(id, tenant);
  const isOfThisLife = (record: DeliveryRecord) => record.jobCreatedAtMs === job.createdAtMs;
  const found = await listJobDeliveries(job.id, { limit, page });
  return present(found, (record) => isOfThisLife(record) && isOf(record, { tenant, status }));
}

const isOf = (record: DeliveryRecord, { tenant, status }: { tenant: string; status: DeliveryStatus | undefined }) =>
  record.tenant === tenant && (status === undefined || record.status === status);

function present(found: Found<DeliveryRecord>, isShown: (record: DeliveryRecord) => boolean): Page<Delivery> {
  return pageOf({ ...found, records: found.records.filter(isShown) }, presentDelivery);
}

/** Sends a `webhook.test` event on the way that every event goes. */
export async function sendTest(tenant: string, id: string | undefined): Promise<Delivery> {
  const endpoint = await getOwnEndpoint(tenant, id);
  refuseDisabled(endpoint);
  const nowMs = Date.now();
  const cause = randomUUID();
  const data = { message: 'A test: your endpoint gets what this service sends.' };
  const record = newDelivery(
    {
      id: deliveryId({ group: endpoint.id, life: cause, seq: 0, endpoint: endpoint.id }),
      tenant,
      endpoint: endpoint.id,
      event: endpointEvent({ type: 'webhook.test', endpoint: endpoint.id, cause, nowMs, data }),
    },
    nowMs,
  );
  // In the table first, so that its lists have it; its due time sends it, should the message be lost.
  const kept = await createDelivery(releaseDelivery(record, nowMs));
  if (!kept) throw new Error(`Cannot send test ${record.id}: there is one already`);
  await sendDeliveries([nextTurn(kept)]);
  return presentDelivery(kept);
}

/** Sends a delivery once more, whatever has become of it: under the same id, with all its attempts before it. */
export async function redeliver(tenant: string, id: string | undefined): Promise<Delivery> {
  const record = id !== undefined && deliveryIdPattern.test(id) ? await findDelivery(id) : undefined;
  if (record?.tenant !== tenant) throw noSuchDelivery();
  if (record.url === undefined) {
    const endpoint = await findEndpoint(tenant, record.endpoint);
    if (!endpoint) throw new ApiError('not-found', 'Cannot send the delivery: its webhook has been deleted');
    refuseDisabled(endpoint);
  }
  const repeated = await repeat(record);
  if (!repeated) throw noSuchDelivery();
  return presentDelivery(repeated);
}

const noSuchDelivery = () =>
  new ApiError('not-found', 'Cannot find this delivery: there is none with this id, or its time is over');

function refuseDisabled({ enabled }: EndpointRecord): void {
  if (enabled) return;
  throw new ApiError('webhook-disabled', 'Cannot send to this webhook: it is disabled, it must be enabled first');
}

/**
 * Begins a delivery anew. One that is being sent at this moment, or is changed by another, is left to that; undefined
 * for one whose body is gone already.
 */
async function repeat(record: DeliveryRecord): Promise<DeliveryRecord | undefined> {
  const nowMs = Date.now();
  if (record.claimUntilMs !== undefined && record.claimUntilMs > nowMs) return record;
  const repeated = repeatDelivery(record, nowMs);
  // First, so that no record outlives its body.
  if (!(await keepBody(repeated))) return undefined;
  const kept = await saveDelivery(repeated);
  if (!kept) return (await findDelivery(record.id)) ?? record;
  await sendDeliveries([nextTurn(kept)]);
  return kept;
}

const pageSize = 100;
const parallelRepeats = 20;

interface Recovered {
  count: number;
  /** Not all could be done in one request: send it again, with `next` as its page. */
  more?: true;
  next?: string;
}

/**
 * Sends everything again that has failed since a moment, however long ago it was made: an attempt may come days after
 * that. `isTimeUp` ends it early, between two pages.
 */
export async function recover(
  tenant: string,
  id: string | undefined,
  { body, isTimeUp }: { body: Json; isTimeUp(): boolean },
): Promise<Recovered> {
  const endpoint = await getOwnEndpoint(tenant, id);
  const { sinceMs, page } = readRecovery(body);
  refuseDisabled(endpoint);
  let count = 0;
  let next = page;
  do {
    const found = await listEndpointDeliveries(endpoint.id, { limit: pageSize, page: next });
    const failed = found.records.filter(
      (record) => isOf(record, { tenant, status: 'failed' }) && failedAtMs(record) >= sinceMs,
    );
    await inParallel(failed, parallelRepeats, async (record) => {
      if (await repeat(record)) count += 1;
    });
    next = found.next;
  } while (next !== undefined && !isTimeUp());
  return { count, ...(next !== undefined && { more: true, next }) };
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

function readRecovery(body: Json): { sinceMs: number; page: string | undefined } {
  const { faults, fault, field, text, refuseUnknown } = readFields(body);
  const form = 'a time after RFC 3339, such as 2026-11-22T12:00:00Z';
  if (field('since') === undefined) fault('since', `Must be there: ${form}`);
  const since = text('since', { max: 40, pattern: rfc3339, form });
  const sinceMs = Date.parse(since ?? '');
  if (since !== undefined && Number.isNaN(sinceMs)) fault('since', `Must be ${form}`);
  const page = text('page', { max: limits.maxPageTokenLength });
  if (page !== undefined && !isEndpointPage(page)) fault('page', 'Must be the `next` of a former answer');
  refuseUnknown();
  refuseFaults(faults, 'the recovery');
  return { sinceMs, page };
}
