import { type EventType, eventTypes } from './lifecycle.ts';
import type { Json } from './types.ts';

/** The events of a job that are sent as webhooks; progress and parts are not. */
export const webhookEventTypes: readonly EventType[] = eventTypes.filter(
  (type) => type !== 'job.progress' && type !== 'job.output',
);

/** What an endpoint may ask for: one event each, or all of them. */
export const webhookFilters: readonly string[] = ['job.*', ...webhookEventTypes];

/** What an endpoint gets that asks for nothing: the four ends. */
export const defaultWebhookEvents: readonly string[] = ['job.succeeded', 'job.failed', 'job.canceled', 'job.timed-out'];

/** The events that belong to no job: a test, and the news that an endpoint has been disabled. */
export const endpointEventTypes = ['webhook.test', 'webhook.disabled'] as const;

/** What a receiver gets: an event of a job's log, or one of its own with `job` null and no place in a log. */
export interface WebhookEvent {
  id: string;
  seq: number;
  prevSeq: number;
  type: EventType | (typeof endpointEventTypes)[number];
  time: string;
  job: string | null;
  data?: Json;
  truncated?: true;
  url?: string;
  /** The endpoint that it is sent to; of a webhook given with a job, the job's id. */
  endpoint: string;
}

/** A webhook endpoint as a client sees it. */
export interface Endpoint {
  id: string;
  url: string;
  events: string[];
  /** Job types; all of them where it is left out. */
  types?: string[];
  enabled: boolean;
  description?: string;
  headers?: Record<string, string>;
  createdAt: string;
  /** Why and since when the service has disabled it. */
  disabled?: { at: string; reason: 'failing' | 'gone' };
}

export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** One try to deliver: what came back, or why nothing did. */
export interface DeliveryAttempt {
  at: string;
  durationMs: number;
  status?: number;
  /** The first 1 KiB of the answer. */
  body?: string;
  /** In plain words. */
  error?: string;
  /** A probe of an endpoint that does not answer: it costs the delivery no attempt, and only the last one is kept. */
  probe?: true;
}

/** One event on its way to one endpoint. `id` is its `webhook-id`. */
export interface Delivery {
  id: string;
  endpoint: string;
  job: string | null;
  /** The event's id. */
  event: string;
  type: WebhookEvent['type'];
  seq: number;
  status: DeliveryStatus;
  createdAt: string;
  attempts: DeliveryAttempt[];
  nextAttemptAt?: string;
}
