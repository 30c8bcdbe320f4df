import { problems } from '../errors.ts';
import { eventTypes, jobStatuses } from '../lifecycle.ts';
import { limits } from '../limits.ts';
import { scopes } from '../types.ts';
import { uploadReferencePattern } from '../uploads.ts';
import { graphqlSchemas } from './graphql-schemas.ts';
import { closed, count, listOf, open, pageOf, ref, type Schema, time, url } from './schema-parts.ts';
import { webhookSchemas } from './webhook-schemas.ts';

const jobError = open(['code', 'message'], {
  code: { type: 'string' },
  message: { type: 'string' },
  cause: open(['code', 'message'], { code: { type: 'string' }, message: { type: 'string' } }),
});

const job = open(['id', 'type', 'status', 'done', 'seq', 'run', 'maxRuns', 'createdAt', 'links'], {
  id: ref('JobId'),
  type: { type: 'string' },
  status: ref('JobStatus'),
  done: { type: 'boolean', description: 'True once nothing follows: test this, not `status`.' },
  seq: { type: 'integer', minimum: 1, description: 'The newest event: good as a cursor on every channel.' },
  input: { description: 'As it was submitted. Left out in lists and batches.' },
  output: { ...ref('Output'), description: 'Of a job that has succeeded, unless it is large.' },
  outputUrl: { ...url, description: 'In place of `output` where that is over 64 KiB. Presigned, short-lived.' },
  error: ref('JobError'),
  progress: open([], { percent: { type: 'number', minimum: 0, maximum: 100 }, message: { type: 'string' } }),
  run: { ...count, description: 'Runs begun so far.' },
  maxRuns: { type: 'integer', minimum: 1 },
  metadata: ref('Metadata'),
  createdAt: time,
  startedAt: time,
  finishedAt: time,
  expiresAt: { ...time, description: 'When the job and its log are deleted. There once it is done.' },
  links: open(['self', 'events', 'cancel', 'retry', 'deliveries'], {
    self: url,
    events: url,
    cancel: url,
    retry: url,
    deliveries: url,
    retryOf: url,
  }),
});

const event = open(['id', 'seq', 'prevSeq', 'type', 'time', 'job'], {
  id: { type: 'string' },
  seq: { type: 'integer', minimum: 1 },
  prevSeq: { ...count, description: 'The newest earlier event that is not a `job.progress`; 0 for the first.' },
  type: { type: 'string', enum: [...eventTypes] },
  time,
  job: ref('JobId'),
  data: { type: 'object', description: 'What happened: section 13 of the protocol, by type.' },
  truncated: { const: true, description: 'Set, with `url` in place of `data`, for an event over 24 KiB.' },
  url: { ...url, description: 'Answers the event whole.' },
});

const fault: Schema = {
  oneOf: [
    open(['pointer', 'detail'], {
      pointer: { type: 'string', description: "RFC 6901, from the body's root" },
      detail: { type: 'string' },
    }),
    open(['parameter', 'detail'], {
      parameter: { type: 'string', description: 'Of the query, or a header' },
      detail: { type: 'string' },
    }),
  ],
};

const typeLimits = Object.fromEntries(
  [
    'timeoutSeconds',
    'memoryMb',
    'maxRuns',
    'concurrency',
    'batch',
    'backoffSeconds',
    'maxBackoffSeconds',
    'retentionDays',
  ].map((name) => [name, { type: 'number' }]),
);

/** The schemas that do not depend on the job types. */
export const schemas: Record<string, Schema> = {
  Problem: open(['type', 'title', 'status', 'detail', 'code', 'requestId'], {
    type: { ...url, description: 'Answers with the meaning and the remedy' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(problems) },
    requestId: { type: 'string' },
    errors: listOf(ref('Fault')),
  }),
  Fault: fault,
  JobId: { type: 'string', pattern: '^job_[a-z2-7]{26}$' },
  JobStatus: { type: 'string', enum: [...jobStatuses] },
  JobError: jobError,
  Metadata: {
    type: 'object',
    maxProperties: limits.maxMetadataEntries,
    propertyNames: { minLength: 1, maxLength: limits.maxMetadataKeyLength },
    additionalProperties: { type: 'string', maxLength: limits.maxMetadataValueLength },
  },
  Job: job,
  JobPage: pageOf(ref('Job')),
  Event: event,
  EventPage: open(['events', 'cursor', 'done'], {
    events: listOf(ref('Event')),
    cursor: { ...count, description: 'Where to read on: good as `after`, and on every other channel.' },
    done: { type: 'boolean', description: 'True when the job is done and `cursor` is its last event.' },
    reset: {
      ...open(['job'], { job: ref('Job') }),
      description: 'The cursor was never reached: the log starts again.',
    },
  }),
  Batch: closed(['jobs'], {
    jobs: { type: 'array', minItems: 1, maxItems: limits.maxBatchEntries, items: ref('Submit') },
  }),
  BatchResult: open(['results'], {
    results: listOf({
      oneOf: [
        open(['status', 'job'], { status: { const: 202 }, job: ref('Job') }),
        open(['status', 'problem'], { status: { type: 'integer', minimum: 400 }, problem: ref('Problem') }),
      ],
    }),
  }),
  Scope: { type: 'string', enum: [...scopes] },
  TokenRequest: closed([], {
    scopes: { type: 'array', minItems: 1, items: ref('Scope'), description: "Default: the credential's own" },
    job: { ...ref('JobId'), description: 'The one job that the token opens' },
    expiresInSeconds: {
      type: 'integer',
      minimum: limits.minTokenSeconds,
      maximum: limits.maxTokenSeconds,
      default: limits.defaultTokenSeconds,
    },
    singleUse: { type: 'boolean', default: false, description: 'Opens one WebSocket, and nothing else' },
  }),
  Token: open(['token', 'tokenType', 'scopes', 'singleUse', 'expiresAt'], {
    token: { type: 'string' },
    tokenType: { const: 'Bearer' },
    scopes: listOf(ref('Scope')),
    job: ref('JobId'),
    singleUse: { type: 'boolean' },
    expiresAt: time,
  }),
  UploadRequest: closed(['bytes'], {
    bytes: { type: 'integer', minimum: 1, maximum: limits.maxUploadBytes },
    contentType: { type: 'string', minLength: 1, maxLength: limits.maxIdLength },
  }),
  Upload: open(['upload', 'method', 'url', 'headers', 'expiresAt'], {
    upload: { type: 'string', pattern: uploadReferencePattern.source, description: 'To be put into an input' },
    method: { const: 'PUT' },
    url,
    headers: { type: 'object', additionalProperties: { type: 'string' }, description: 'To be sent as they are' },
    expiresAt: time,
  }),
  Redrive: {
    ...closed([], {
      jobs: { type: 'array', minItems: 1, maxItems: limits.maxPageSize, items: ref('JobId') },
      type: { type: 'string', minLength: 1, maxLength: limits.maxIdLength },
      page: { type: 'string', maxLength: limits.maxPageTokenLength, description: 'The `next` of a former answer' },
    }),
    description: 'The dead letters of these ids, or of this type, never both; all of them where neither is named',
  },
  Redriven: open(['jobs'], {
    jobs: { ...listOf(ref('JobId')), description: 'The new jobs' },
    more: { const: true, description: 'Not all could be made in one request: send it again, with `next` as `page`' },
    next: { type: 'string', description: 'Beside `more`: where to go on' },
  }),
  Cleared: open(['count'], {
    count,
    more: { const: true, description: 'There was no time for all of them: send it again' },
  }),
  JobType: open(['name', 'description', 'ordered', 'limits', 'input', 'output'], {
    name: { type: 'string' },
    description: { type: 'string' },
    ordered: { type: 'boolean', description: 'Jobs with the same `orderKey` run one after another' },
    limits: open(Object.keys(typeLimits), typeLimits),
    input: { type: 'object', description: 'JSON Schema, draft 2020-12' },
    output: { type: 'object', description: 'JSON Schema, draft 2020-12' },
  }),
  TypeList: open(['items'], { items: listOf(ref('JobType')) }),
  Service: open(['name', 'version', 'links'], {
    name: { type: 'string' },
    version: { type: 'string' },
    links: { type: 'object', additionalProperties: url, description: 'Every other entry, by its absolute URL' },
  }),
  Health: open(['status'], { status: { const: 'ok' } }),
  ProblemPage: open(['code', 'status', 'title', 'retryable', 'meaning', 'remedy'], {
    code: { type: 'string' },
    status: { type: 'integer' },
    title: { type: 'string' },
    retryable: { type: 'boolean' },
    meaning: { type: 'string' },
    remedy: { type: 'string' },
  }),
  ...graphqlSchemas,
  ...webhookSchemas,
};
