import type { Endpoint } from '../../protocol/webhooks.ts';
import type { WebhookFilter } from './webhook-filter.ts';

/** A signing secret, sealed. All but the newest have an end. */
export interface StoredSecret {
  sealed: string;
  untilMs?: number;
}

/** A tenant's webhook endpoint as it is kept. */
export interface EndpointRecord extends WebhookFilter {
  id: string;
  tenant: string;
  url: string;
  events: string[];
  types?: string[];
  enabled: boolean;
  description?: string;
  /** JSON, sealed: they may hold a receiver's credential. */
  sealedHeaders?: string;
  secrets: StoredSecret[];
  createdAtMs: number;
  disabledAtMs?: number;
  disabledReason?: 'failing' | 'gone';
  /** Counts changes: each is made on condition of it. */
  version: number;
}

const maxLiveSecrets = 5;

/** The secrets after a rotation: the newest first, the former one until the overlap ends, and no more than five at a time. */
export function rotateSecrets(
  secrets: readonly StoredSecret[],
  sealed: string,
  { now, overlapMs }: { now: number; overlapMs: number },
): StoredSecret[] {
  const untilMs = now + overlapMs;
  const former = secrets.map((secret) => ({ ...secret, untilMs: Math.min(secret.untilMs ?? untilMs, untilMs) }));
  return [{ sealed }, ...liveSecrets(former, now)].slice(0, maxLiveSecrets);
}

/** The secrets that sign at `now`. */
export function liveSecrets(secrets: readonly StoredSecret[], now: number): StoredSecret[] {
  return secrets.filter(({ untilMs }) => untilMs === undefined || untilMs > now);
}

/** An endpoint as a client sees it: never with its secrets. */
export function presentEndpoint(record: EndpointRecord, headers?: Record<string, string>): Endpoint {
  const { id, url, events, types, enabled, description, createdAtMs, disabledAtMs, disabledReason } = record;
  return {
    id,
    url,
    events,
    ...(types && { types }),
    enabled,
    ...(description !== undefined && { description }),
    ...(headers && { headers }),
    createdAt: new Date(createdAtMs).toISOString(),
    ...(!enabled &&
      disabledAtMs !== undefined &&
      disabledReason && { disabled: { at: new Date(disabledAtMs).toISOString(), reason: disabledReason } }),
  };
}
