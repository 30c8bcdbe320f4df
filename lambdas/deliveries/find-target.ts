import { findEndpoint } from '../aws/endpoints.ts';
import { getSigningSecret, open, openSecrets, signingPlace } from '../aws/webhook-secrets.ts';
import type { DeliveryRecord } from '../core/delivery-record.ts';
import type { EndpointRecord } from '../core/endpoint-record.ts';

/** Where a delivery goes at this moment, and what it carries. */
export interface Target {
  url: string;
  secrets: string[];
  headers?: Record<string, string>;
}

/** What an endpoint's secrets and headers are sealed for. */
export const endpointPlace = ({ tenant, id }: Pick<EndpointRecord, 'tenant' | 'id'>): string =>
  `endpoint ${tenant} ${id}`;

/** The target of a delivery, or why there is none. */
export async function findTarget(delivery: DeliveryRecord, nowMs: number): Promise<Target | { fault: string }> {
  const { tenant, endpoint: id, url } = delivery;
  if (url !== undefined) {
    const { secrets } = await getSigningSecret(tenant);
    return { url, secrets: await openSecrets(secrets, signingPlace(tenant), nowMs) };
  }
  const endpoint = await findEndpoint(tenant, id);
  if (!endpoint) return { fault: 'Not sent: its endpoint has been deleted' };
  if (!endpoint.enabled) return { fault: 'Not sent: its endpoint is disabled' };
  const headers = await openHeaders(endpoint);
  return {
    url: endpoint.url,
    secrets: await openSecrets(endpoint.secrets, endpointPlace(endpoint), nowMs),
    ...(headers && { headers }),
  };
}

/** An endpoint's own headers. */
export async function openHeaders(endpoint: EndpointRecord): Promise<Record<string, string> | undefined> {
  const { sealedHeaders } = endpoint;
  return sealedHeaders === undefined ? undefined : JSON.parse(await open(sealedHeaders, endpointPlace(endpoint)));
}
