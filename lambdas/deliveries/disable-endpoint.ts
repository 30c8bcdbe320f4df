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
  /** What tells this time from others: whoever disables it for the same cause tells the others the same. */
  cause: string;
  nowMs: number;
}

/**
 * Disables an endpoint, and tells the tenant's other ones. They are told first: after a crash in between it is disabled
 * again for the same cause, and told again under the same ids, which is once.
 */
export async function disableEndpoint(
  { tenant, id }: Pick<EndpointRecord, 'tenant' | 'id'>,
  { reason, cause, nowMs }: Disabling,
): Promise<void> {
  const endpoint = await findEndpoint(tenant, id);
  if (!endpoint?.enabled) return;
  const others = (await listEndpoints(tenant, { consistent: true })).filter(
    (other) => other.enabled && other.id !== id,
  );
  const data = { endpoint: id, reason, url: endpoint.url };
  const drafts = others.map((other): DeliveryDraft => {
    const life = `disabled ${id} ${cause}`;
    const event = endpointEvent({ type: 'webhook.disabled', endpoint: other.id, cause: life, nowMs, data });
    return {
      id: deliveryId({ group: other.id, life, seq: 0, endpoint: other.id }),
      tenant,
      endpoint: other.id,
      event,
    };
  });
  if (drafts.length > 0) await sendDeliveries(drafts.map(firstTurn));
  const disabled = { ...endpoint, enabled: false, disabledAtMs: nowMs, disabledReason: reason };
  const isKept = await saveEndpoint({ ...disabled, version: endpoint.version + 1 }, endpoint.version);
  log.warn('endpoint disabled', { tenant, endpoint: id, reason, isKept });
}
