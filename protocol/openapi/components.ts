import { limits } from '../limits.ts';
import type { Schema } from './schema-parts.ts';

const text = (description: string): Schema => ({ description, schema: { type: 'string' } });

/** The headers of answers. */
export const headers: Record<string, Schema> = {
  Location: { description: 'The job', schema: { type: 'string', format: 'uri' } },
  WebhookLocation: { description: 'The webhook', schema: { type: 'string', format: 'uri' } },
  RetryAfter: {
    description: 'Seconds after which to ask again. Of an unfinished job: an estimate of the time that is left.',
    schema: { type: 'integer', minimum: limits.minRetryAfterSeconds, maximum: limits.maxRetryAfterSeconds },
  },
  RateLimitPolicy: text('Jobs that the tenant may submit in each window: `"jobs";q=3000;w=60`'),
  RateLimit: text('What is left of the window, and for how long: `"jobs";r=2999;t=42`'),
  IdempotencyReplayed: {
    description: 'The job was made by an earlier request with this key',
    schema: { type: 'string', const: 'true' },
  },
  Trace: text('The trace of the job, by which it is found in every log: the one of the request, or one made for it'),
  PreferenceApplied: text('The wait that was granted: `wait=25` (RFC 7240)'),
  ETag: text('Changes with every event of the job'),
  Link: text('The next page: `<...>; rel="next"` (RFC 8288)'),
  WWWAuthenticate: text('`Bearer` (RFC 6750)'),
};

/** A header's name on the wire, by its name here. */
export const headerNames: Record<string, string> = {
  RetryAfter: 'Retry-After',
  WebhookLocation: 'Location',
  RateLimitPolicy: 'RateLimit-Policy',
  IdempotencyReplayed: 'Idempotency-Replayed',
  PreferenceApplied: 'Preference-Applied',
  WWWAuthenticate: 'WWW-Authenticate',
  Trace: 'traceparent',
};

/** The headers of requests, and the parts of paths. */
export const parameters: Record<string, Schema> = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'The same key and the same body give the same job, as long as its record is kept.',
    schema: { type: 'string', minLength: 1, maxLength: limits.maxIdempotencyKeyLength },
    example: '5f9c1a52-6d0e-4b1c-9a55-8f0b6f6e2c11',
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description: `\`wait=N\` holds the answer up to N seconds, ${limits.maxWaitSeconds} at most (RFC 7240); \`respond-async\` is the default.`,
    schema: { type: 'string' },
    example: 'wait=20',
  },
  Traceparent: {
    name: 'traceparent',
    in: 'header',
    description: "W3C Trace Context, carried into every function's logs, to the handler and on with webhooks",
    schema: { type: 'string' },
    example: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    description: 'The `ETag` that the client has',
    schema: { type: 'string' },
  },
  LastEventId: {
    name: 'Last-Event-ID',
    in: 'header',
    description: 'Of a stream: the cursor, as an EventSource sends it by itself',
    schema: { type: 'string' },
  },
  id: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The id of a job',
    schema: { type: 'string' },
    example: 'job_4q7xk2m5n3p6r7s2t4u5v6w7x2',
  },
  webhookId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The id of a webhook',
    schema: { type: 'string' },
    example: 'whk_4q7xk2m5n3p6r7s2t4u5v6w7x2',
  },
  deliveryId: {
    name: 'id',
    in: 'path',
    required: true,
    description: 'The id of a delivery',
    schema: { type: 'string' },
    example: 'dlv_4q7xk2m5n3p6r7s2t4u5v6w7x2000003k2m5n3p6r7s2t4u5v6w7',
  },
  seq: {
    name: 'seq',
    in: 'path',
    required: true,
    description: "The event's position in the log",
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  code: {
    name: 'code',
    in: 'path',
    required: true,
    description: 'A problem code',
    schema: { type: 'string' },
    example: 'invalid-input',
  },
};

export const securitySchemes: Record<string, Schema> = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, `jw_<environment>_<43 characters>`, or an access token from `POST /tokens`.',
  },
  accessToken: {
    type: 'apiKey',
    in: 'query',
    name: 'access_token',
    description: "An access token, never a key, for a browser's EventSource, which cannot set a header.",
  },
};

export const tags: { name: string; description: string }[] = [
  { name: 'jobs', description: 'Submit, read, list, cancel and retry.' },
  { name: 'events', description: "A job's log: as JSON, by long poll, or as a stream." },
  { name: 'credentials', description: 'Access tokens out of API keys.' },
  { name: 'webhooks', description: 'Endpoints, signing secrets, and what was delivered.' },
  { name: 'operating', description: 'Dead letters.' },
  { name: 'graphql', description: 'The same in GraphQL; the schema is shown by introspection.' },
  { name: 'service', description: 'What the service says of itself, without a credential.' },
];
