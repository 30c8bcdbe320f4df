import { firstTurn, sendDeliveries } from '../aws/delivery-queue.ts';
import { findEndpoint, listEndpoints, saveEndpoint } from '../aws/endpoints.ts';
import { deliveryId } from '../core/delivery-id.ts';
import type { DeliveryDraft } from '../core/delivery-record.ts';
import type { EndpointRecord } from '../core/endpoint-record.ts';
import { endpointEvent } from '../core/webhook-event.ts';
import { log } from '../edge/log.ts';

interface Disabling {
  /** `gone`: it has answered 410. */
  reason: 'failing' | 'gone';
  /** Who has answered so; an endpoint that is sent elsewhere by now is left alone. @default whoever it is sent to */
  url?: string;
  nowMs: number;
}

/**
 * Disables an endpoint, and tells the tenant's other ones. They are told first: after a crash in between it is disabled
 * again, and they are told again under the same ids, which is once. So it is where several find it so at the same time.
 */
export async function disableEndpoint(
  { tenant, id }: Pick<EndpointRecord, 'tenant' | 'id'>,
  { reason, url, nowMs }: Disabling,
): Promise<void> {
  let found = await findEndpoint(tenant, id);
  if (!found?.enabled || (url !== undefined && found.url !== url)) return;
  const told = found.url;
  await tellOthers(found, { reason, nowMs });
  // What has been told comes true, whatever else of the endpoint is changed meanwhile.
  while (found?.enabled && found.url === told) {
    const disabled = { ...found, enabled: false, disabledAtMs: nowMs, disabledReason: reason };
    const isKept = await saveEndpoint({ ...disabled, version: found.version + 1 }, found.version);
    if (isKept) return log.warn('endpoint disabled', { tenant, endpoint: id, reason });
    found = await findEndpoint(tenant, id);
  }
}

async function tellOthers(
  { tenant, id, url, version }: EndpointRecord,
  { reason, nowMs }: Pick<Disabling, 'reason' | 'nowMs'>,
): Promise<void> {
  const others = (await listEndpoints(tenant, { consistent: true })).filter(
    (other) => other.enabled && other.id !== id,
  );
  const life = `disabled ${id} ${version}`;
  const data = { endpoint: id, reason, url };
  const drafts = others.map(
    (other): DeliveryDraft => ({
      id: deliveryId({ group: other.id, life, seq: 0, endpoint: other.id }),
      tenant,
      endpoint: other.id,
      event: endpointEvent({ type: 'webhook.disabled', endpoint: other.id, cause: life, nowMs, data }),
    }),
  );
  if (drafts.length > 0) await sendDeliveries(drafts.map(firstTurn));
}
