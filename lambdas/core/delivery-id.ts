import { createHash } from 'node:crypto';
import { base32 } from './job-id.ts';

/** What every delivery's id looks like: the group, the place in the job's log, and a digest of all that it comes from. */
export const deliveryIdPattern = /^dlv_[a-z2-7]{26}[0-9a-z]{6}[a-z2-7]{20}$/;
export const endpointIdPattern = /^whk_[a-z2-7]{26}$/;

interface DeliverySource {
  /** The job's id, or the endpoint's for an event without a job. */
  group: string;
  /** When the job was created, or what else tells this event from others of its group. */
  life: number | string;
  seq: number;
  endpoint: string;
}

/**
 * The id of a delivery, which is its `webhook-id`: the same whoever derives it and however often, so that an event that
 * is announced twice is delivered once. A job's deliveries are found by its id, in the order of its events.
 */
export function deliveryId({ group, life, seq, endpoint }: DeliverySource): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([group, life, seq, endpoint]))
    .digest();
  const place = seq.toString(36).padStart(6, '0');
  return `dlv_${groupOf(group)}${place}${base32(digest).slice(0, 20)}`;
}

/** What the ids of one job's deliveries, or of one endpoint's own events, have in common. */
export const groupOf = (id: string): string => id.slice(4);

/** The id of an endpoint out of 17 random bytes. */
export const endpointId = (random: Uint8Array): string => `whk_${base32(random)}`;

/** What answers for a receiver's health: an endpoint itself, or, for webhooks given with jobs, the tenant's receivers of one origin. */
export function breakerId({
  tenant,
  endpoint,
  url,
}: {
  tenant: string;
  endpoint: string;
  url?: string | undefined;
}): string {
  if (url === undefined) return endpoint;
  const digest = createHash('sha256')
    .update(JSON.stringify([tenant, new URL(url).origin]))
    .digest();
  return `${originPrefix}${base32(digest)}`;
}

const originPrefix = 'origin_';

/** True for the breaker of receivers that came with jobs. */
export const isOriginBreaker = (id: string): boolean => id.startsWith(originPrefix);
