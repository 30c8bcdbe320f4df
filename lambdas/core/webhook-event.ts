import { createHash } from 'node:crypto';
import type { JobEvent } from '../../protocol/types.ts';
import type { WebhookEvent } from '../../protocol/webhooks.ts';
import { base32 } from './job-id.ts';

/** The body of a job's event for one endpoint: as every channel has it, and `endpoint`. */
export function jobEventFor(endpoint: string, event: JobEvent): WebhookEvent {
  return { ...event, endpoint };
}

interface EndpointNews {
  type: 'webhook.test' | 'webhook.disabled';
  /** The endpoint that it is sent to. */
  endpoint: string;
  /** What tells it from others of its kind: the same gives the same id. */
  cause: string;
  nowMs: number;
  data: { [name: string]: string };
}

/** An event that belongs to no job, and so has no place in a log. */
export function endpointEvent({ type, endpoint, cause, nowMs, data }: EndpointNews): WebhookEvent {
  const id = `evt_${base32(createHash('sha256').update(`${type} ${cause}`).digest())}`;
  return { id, seq: 0, prevSeq: 0, type, time: new Date(nowMs).toISOString(), job: null, data, endpoint };
}
