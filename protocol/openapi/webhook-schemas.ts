import { limits } from '../limits.ts';
import { deliveryStatuses, endpointEventTypes, webhookEventTypes, webhookFilters } from '../webhooks.ts';
import { closed, count, listOf, open, pageOf, ref, type Schema, time, url } from './schema-parts.ts';

const name: Schema = { type: 'string', minLength: 1, maxLength: limits.maxIdLength };
const address: Schema = {
  ...url,
  minLength: 1,
  maxLength: limits.maxWebhookUrlLength,
  description: 'https, on port 443 or 8443, without credentials, at a public address',
};
const events: Schema = {
  type: 'array',
  minItems: 1,
  maxItems: limits.maxWebhookFilters,
  items: { type: 'string', enum: [...webhookFilters] },
  description: '`job.*` means all of them. Default: the four ends',
};
const types: Schema = {
  type: 'array',
  minItems: 1,
  maxItems: limits.maxWebhookFilters,
  items: name,
  description: 'Job types. Default: all of them',
};
const headers: Schema = {
  type: 'object',
  maxProperties: limits.maxWebhookHeaders,
  additionalProperties: { type: 'string', maxLength: limits.maxWebhookHeaderLength },
  description: 'Sent with every webhook; those of the connection, the message and the signature are reserved',
};
const description: Schema = { type: 'string', maxLength: limits.maxWebhookDescriptionLength };
const secret: Schema = { type: 'string', pattern: '^whsec_', description: 'Signs after Standard Webhooks' };
const orNull = ({ type, ...schema }: Schema): Schema => ({ ...schema, type: [type ?? 'object', 'null'] });

const endpoint: Schema = {
  id: { type: 'string' },
  url: address,
  events,
  types,
  enabled: { type: 'boolean' },
  description,
  headers,
  createdAt: time,
  disabled: {
    ...open(['at', 'reason'], { at: time, reason: { type: 'string', enum: ['failing', 'gone'] } }),
    description: 'Why and since when the service has disabled it',
  },
};
const endpointMembers = ['id', 'url', 'events', 'enabled', 'createdAt'];

const attempt = open(['at', 'durationMs'], {
  at: time,
  durationMs: count,
  status: { type: 'integer', description: 'Of the answer' },
  body: { type: 'string', description: 'The first 1 KiB of the answer' },
  error: { type: 'string', description: 'Why it failed, in plain words' },
  probe: { const: true, description: 'It was to see whether the endpoint answers again, and cost no attempt' },
});

/** The schemas of webhooks and their deliveries. */
export const webhookSchemas: Record<string, Schema> = {
  Webhook: open(endpointMembers, endpoint),
  NewWebhook: closed(['url'], {
    url: address,
    events,
    types,
    enabled: { type: 'boolean', default: true },
    description,
    headers,
  }),
  WebhookChange: {
    ...closed([], {
      url: address,
      events,
      types: orNull(types),
      enabled: { type: 'boolean' },
      description: orNull(description),
      headers: orNull(headers),
    }),
    description: 'What is left out stays; null takes an optional field away (RFC 7396)',
  },
  WebhookWithSecret: open([...endpointMembers, 'secret'], {
    ...endpoint,
    secret: { ...secret, description: 'Shown here, and at a rotation, and nowhere else' },
  }),
  WebhookPage: pageOf(ref('Webhook')),
  Rotation: closed([], {
    overlapSeconds: {
      type: 'integer',
      minimum: 0,
      maximum: limits.maxSecretOverlapSeconds,
      default: limits.defaultSecretOverlapSeconds,
      description: 'How long the former secret signs as well',
    },
  }),
  Rotated: open(['secret', 'overlapUntil'], { secret, overlapUntil: time }),
  SigningSecret: open(['secret'], {
    secret,
    overlapUntil: { ...time, description: 'Until then a former secret signs as well' },
  }),
  Recovery: closed(['since'], {
    since: { ...time, description: 'RFC 3339: what failed then or later, whenever it began' },
    page: { type: 'string', maxLength: limits.maxPageTokenLength, description: 'The `next` of a former answer' },
  }),
  Recovered: open(['count'], {
    count,
    more: { const: true, description: 'Not all could be sent in one request: send it again, with `next` as `page`' },
    next: { type: 'string', description: 'Beside `more`: where to go on' },
  }),
  Delivery: open(['id', 'endpoint', 'job', 'event', 'type', 'seq', 'status', 'createdAt', 'attempts'], {
    id: { type: 'string', description: 'Its `webhook-id`, on every attempt' },
    endpoint: { type: 'string', description: 'The webhook; of one given with a job, the id of the job' },
    job: { anyOf: [ref('JobId'), { type: 'null' }] },
    event: { type: 'string', description: 'The id of the event' },
    type: { type: 'string', enum: [...webhookEventTypes, ...endpointEventTypes] },
    seq: count,
    status: { type: 'string', enum: [...deliveryStatuses] },
    createdAt: time,
    attempts: listOf(attempt),
    nextAttemptAt: { ...time, description: 'Of a pending one, unless it waits until its endpoint answers again' },
  }),
  DeliveryPage: pageOf(ref('Delivery')),
};

/** The `webhook` of a submit. */
export const jobWebhook: Schema = {
  ...closed(['url'], { url: address, events }),
  description: "An endpoint for this job alone, signed with the tenant's signing secret",
};
