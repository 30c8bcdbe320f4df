import type { ProblemCode } from '../errors.ts';
import type { Operation } from '../routes.ts';
import { webhookOperations } from './webhook-operations.ts';

/** One good answer. */
export interface Answer {
  description: string;
  /** A component schema, as application/json. */
  schema?: string;
  /** Names of component headers. */
  headers?: string[];
  /** Also answered as this media type, of text. */
  stream?: string;
  /** Also answered as this media type, after the same schema. */
  also?: string;
}

/** What the document says of an operation, beside its route. */
export interface OperationText {
  tag: 'jobs' | 'events' | 'credentials' | 'webhooks' | 'operating' | 'graphql' | 'service';
  summary: string;
  description?: string;
  /** Names of component parameters that are headers. */
  headers?: string[];
  /** A component schema. */
  body?: string;
  bodyRequired?: boolean;
  answers: Record<number, Answer>;
  /** Beside those that every operation with a credential, a body or an id has. */
  problems?: ProblemCode[];
}

const created = ['Location', 'RetryAfter', 'RateLimitPolicy', 'RateLimit', 'IdempotencyReplayed', 'Trace'];
const submitProblems: ProblemCode[] = ['unknown-type', 'idempotency-mismatch', 'upload-missing', 'rate-limited'];

export const operationTexts: Record<Operation, OperationText> = {
  describeService: {
    tag: 'service',
    summary: 'Name, version and every other address',
    answers: { 200: { description: 'The service', schema: 'Service' } },
  },
  checkHealth: {
    tag: 'service',
    summary: 'Tell whether the service answers',
    answers: { 200: { description: 'It does', schema: 'Health' } },
  },
  getOpenApi: {
    tag: 'service',
    summary: 'Read this document',
    answers: { 200: { description: 'An OpenAPI 3.1 document' } },
  },
  getAsyncApi: {
    tag: 'service',
    summary: 'Read what the WebSocket and the event streams say',
    answers: { 200: { description: 'An AsyncAPI 3.0 document' } },
  },
  describeProblem: {
    tag: 'service',
    summary: 'Explain a problem code',
    answers: { 200: { description: 'Its meaning and its remedy', schema: 'ProblemPage' } },
    problems: ['not-found'],
  },
  listTypes: {
    tag: 'jobs',
    summary: 'List the job types, with their schemas and limits',
    answers: { 200: { description: 'Every type', schema: 'TypeList' } },
  },
  issueToken: {
    tag: 'credentials',
    summary: 'Make a short-lived access token',
    description: 'Never wider than the credential that asks for it.',
    body: 'TokenRequest',
    bodyRequired: false,
    answers: { 201: { description: 'The token', schema: 'Token' } },
    problems: ['forbidden'],
  },
  createUpload: {
    tag: 'jobs',
    summary: 'Open an upload for a large input',
    description: 'PUT the bytes to `url` with `headers`, then put the `upload` reference into an input.',
    body: 'UploadRequest',
    answers: { 201: { description: 'Where to send the bytes', schema: 'Upload' } },
  },
  submitJob: {
    tag: 'jobs',
    summary: 'Submit a job',
    description: 'A 202 means: durably queued; the job will reach an end, whatever fails.',
    headers: ['IdempotencyKey', 'Prefer', 'Traceparent'],
    body: 'Submit',
    answers: {
      200: {
        description: 'The client waited, and the job is done',
        schema: 'Job',
        headers: [...created, 'PreferenceApplied'],
      },
      202: { description: 'The job is queued', schema: 'Job', headers: created },
    },
    problems: submitProblems,
  },
  submitBatch: {
    tag: 'jobs',
    summary: 'Submit up to 100 jobs',
    description: 'Each is accepted or refused alone; the results are in the order of the jobs.',
    headers: ['IdempotencyKey', 'Traceparent'],
    body: 'Batch',
    answers: {
      207: {
        description: 'One result for each job',
        schema: 'BatchResult',
        headers: ['RetryAfter', 'RateLimitPolicy', 'RateLimit'],
      },
    },
  },
  listJobs: {
    tag: 'jobs',
    summary: 'List jobs, newest first',
    description: 'Without their inputs and large outputs. A filtered page may be short and still have a `next`.',
    answers: { 200: { description: 'A page', schema: 'JobPage', headers: ['Link'] } },
  },
  getJob: {
    tag: 'jobs',
    summary: 'Read a job',
    headers: ['IfNoneMatch', 'Prefer'],
    answers: {
      200: { description: 'The job', schema: 'Job', headers: ['ETag', 'RetryAfter', 'PreferenceApplied'] },
      304: { description: 'It has not changed', headers: ['ETag', 'RetryAfter', 'PreferenceApplied'] },
    },
  },
  cancelJob: {
    tag: 'jobs',
    summary: 'Cancel a job',
    answers: {
      200: { description: 'It was queued, and is canceled', schema: 'Job' },
      202: { description: 'It is running, and its run is told to stop', schema: 'Job' },
    },
    problems: ['job-done'],
  },
  retryJob: {
    tag: 'jobs',
    summary: 'Try again what did not succeed',
    description:
      'Makes a new job with the same input and a link to the old one. A repeat gives the same new job; with an Idempotency-Key of its own it gives another.',
    headers: ['IdempotencyKey', 'Prefer', 'Traceparent'],
    answers: {
      200: {
        description: 'The client waited, and the new job is done',
        schema: 'Job',
        headers: [...created, 'PreferenceApplied'],
      },
      202: { description: 'The new job is queued', schema: 'Job', headers: created },
    },
    problems: ['not-retryable', 'invalid-input', ...submitProblems],
  },
  listEvents: {
    tag: 'events',
    summary: "Read or follow a job's log",
    description:
      'As JSON, a page; with `Prefer: wait=N` held until there is something after the cursor. As `text/event-stream`, the log as it happens.',
    headers: ['Prefer', 'LastEventId'],
    answers: {
      200: { description: 'Events after the cursor', schema: 'EventPage', stream: 'text/event-stream' },
      204: { description: 'Of a stream: the job is done, and the cursor is its last event' },
    },
    problems: ['not-acceptable'],
  },
  getEvent: {
    tag: 'events',
    summary: 'Read one event, whole',
    answers: { 200: { description: 'The event, however large', schema: 'Event' } },
  },
  listDeadLetters: {
    tag: 'operating',
    summary: 'List the jobs that ran out of runs, or whose message could not be processed',
    answers: { 200: { description: 'A page', schema: 'JobPage', headers: ['Link'] } },
  },
  redriveDeadLetters: {
    tag: 'operating',
    summary: 'Make new jobs out of dead letters',
    description:
      'Each is linked to the old job, which leaves the list. A repeat makes no second one. Jobs that die after the first request are left to another one.',
    body: 'Redrive',
    bodyRequired: false,
    answers: { 202: { description: 'The ids of the new jobs', schema: 'Redriven' } },
    problems: ['unknown-type', 'upload-missing'],
  },
  clearDeadLetters: {
    tag: 'operating',
    summary: 'Take all dead letters off the list',
    description: 'The jobs stay.',
    answers: { 200: { description: 'How many they were', schema: 'Cleared' } },
  },
  executeGraphql: {
    tag: 'graphql',
    summary: 'Execute a GraphQL query or mutation',
    description:
      'After "GraphQL over HTTP": what has been executed is 200, and so are refusals in plain JSON. A document may be named by its hash alone.',
    body: 'GraphqlRequest',
    answers: {
      200: {
        description: 'The result, with the errors of single fields',
        schema: 'GraphqlResult',
        also: 'application/graphql-response+json',
      },
    },
    problems: ['invalid-document', 'document-too-costly', 'not-acceptable'],
  },
  streamGraphql: {
    tag: 'graphql',
    summary: 'Open a GraphQL subscription as a stream',
    description:
      'After graphql-sse, "distinct connections mode": `next` with a result each, then `complete`. Queries and mutations are answered, too.',
    body: 'GraphqlRequest',
    answers: { 200: { description: 'The results', stream: 'text/event-stream' } },
    problems: ['invalid-document', 'not-acceptable'],
  },
  openGraphqlStream: {
    tag: 'graphql',
    summary: 'Open a GraphQL subscription from an EventSource',
    description: 'As by POST, with the request in the query string; mutations are refused.',
    answers: { 200: { description: 'The results', stream: 'text/event-stream' } },
    problems: ['invalid-document', 'not-acceptable'],
  },
  ...webhookOperations,
};
