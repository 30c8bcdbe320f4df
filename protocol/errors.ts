/** What each problem code means: HTTP status, short title (RFC 9457), and whether the same request may succeed later. */
interface Problem {
  status: number;
  title: string;
  retryable: boolean;
  /** Shown at `/v1/problems/<code>`: what it means. */
  meaning: string;
  /** Shown at `/v1/problems/<code>`: what to do next. */
  remedy: string;
}

const define = <Code extends string>(table: Record<Code, Problem>) => table;

/** The closed list of problem codes. */
export const problems = define({
  'malformed-json': {
    status: 400,
    title: 'Malformed JSON',
    retryable: false,
    meaning: 'The body is not JSON text (RFC 8259), is nested too deeply, or holds a number that no double can hold.',
    remedy: 'Send one JSON object in UTF-8; `detail` says where reading stopped.',
  },
  'invalid-query': {
    status: 400,
    title: 'Invalid query or header',
    retryable: false,
    meaning: 'A query parameter, a header or a part of the path has a value that is not allowed.',
    remedy: 'Correct what `errors` lists; each entry names its parameter and what is allowed.',
  },
  'invalid-message': {
    status: 400,
    title: 'Invalid message',
    retryable: false,
    meaning: 'A WebSocket message is not one of the messages that the protocol knows, or has a wrong field.',
    remedy: 'Compare the message with section 9 of the protocol, or with /v1/asyncapi.json.',
  },
  'invalid-document': {
    status: 400,
    title: 'Invalid GraphQL document',
    retryable: false,
    meaning: 'The GraphQL request, its document or its variables do not fit the schema.',
    remedy: 'Correct what the message names; introspection, where it is on, shows the schema.',
  },
  'document-too-costly': {
    status: 400,
    title: 'GraphQL document too costly',
    retryable: false,
    meaning:
      'The GraphQL document is too deep, has too many aliases, or may read too much at once; or its answer has no room for a value.',
    remedy: 'Ask for fewer fields, smaller pages or fewer things at once; the limits stand in the protocol.',
  },
  'unknown-document': {
    status: 404,
    title: 'Unknown GraphQL document',
    retryable: true,
    meaning: 'No document with this hash is known here at present.',
    remedy: 'Send the document itself along with its hash: clients with persisted documents do so by themselves.',
  },
  unauthorized: {
    status: 401,
    title: 'Unauthorized',
    retryable: false,
    meaning: 'The request carries no credential, or one that is unknown, revoked, expired or used up.',
    remedy: 'Send `Authorization: Bearer <key or token>`. Keys are made with `npm run keys -- create`.',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    retryable: false,
    meaning: 'The credential is good, but lacks the scope that this address needs, or opens another job only.',
    remedy: 'Use a credential with the scope that `detail` names.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    retryable: false,
    meaning: 'There is nothing at this address, or nothing that this tenant may see.',
    remedy: 'Check the address and the id. Finished jobs are deleted after their retention time.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    retryable: false,
    meaning: 'The address is known, but not with this method.',
    remedy: 'Use one of the methods in the `Allow` header.',
  },
  'not-acceptable': {
    status: 406,
    title: 'Not acceptable',
    retryable: false,
    meaning: 'None of the media types in `Accept` is offered here.',
    remedy: "Ask for application/json, or for text/event-stream on a job's events.",
  },
  'job-done': {
    status: 409,
    title: 'Job already done',
    retryable: false,
    meaning: 'The job has reached its end, or its deadline, so it cannot be canceled.',
    remedy: 'Read the job: its status says how it ended.',
  },
  'not-retryable': {
    status: 409,
    title: 'Job not retryable',
    retryable: false,
    meaning: 'Only a job that is done and did not succeed can be retried.',
    remedy: 'Wait until the job is done, or submit a new one.',
  },
  'too-many-webhooks': {
    status: 409,
    title: 'Too many webhooks',
    retryable: false,
    meaning: 'The tenant has as many webhook endpoints as it may have.',
    remedy: 'Delete one that is not needed any more, or have one endpoint ask for more events.',
  },
  'webhook-disabled': {
    status: 409,
    title: 'Webhook disabled',
    retryable: false,
    meaning: 'The webhook endpoint is disabled, so nothing is sent to it.',
    remedy: 'Enable it with PATCH { "enabled": true }, then send again.',
  },
  'too-many-subscriptions': {
    status: 429,
    title: 'Too many subscriptions',
    retryable: true,
    meaning: 'The connection or the job has as many subscriptions as are allowed.',
    remedy: 'Unsubscribe from a job that you no longer follow, open a second connection, or follow the job by SSE.',
  },
  'payload-too-large': {
    status: 413,
    title: 'Payload too large',
    retryable: false,
    meaning: 'The body is larger than this address takes.',
    remedy: 'Send large data through POST /v1/uploads and put the upload:// reference into the input.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    retryable: false,
    meaning: 'The body is not declared as JSON in UTF-8.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  'invalid-input': {
    status: 422,
    title: 'Invalid input',
    retryable: false,
    meaning: 'The body is JSON, but some of its fields are not allowed as they are.',
    remedy: 'Correct what `errors` lists; each entry points at its field. The schemas stand at GET /v1/types.',
  },
  'unknown-type': {
    status: 422,
    title: 'Unknown job type',
    retryable: false,
    meaning: 'No job type has this name here.',
    remedy: 'Use one of the types that `detail` names, or add a file to jobs/ and deploy.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'Idempotency key reused with another body',
    retryable: false,
    meaning: 'The Idempotency-Key belongs to an earlier request with a different body.',
    remedy: 'Use a new key for a new request; repeat the very same body to repeat a request.',
  },
  'upload-missing': {
    status: 422,
    title: 'Upload missing',
    retryable: true,
    meaning:
      'The input refers to an upload that does not exist, has not been finished, or has another size than announced.',
    remedy: 'PUT the bytes to the URL that POST /v1/uploads gave, then submit again.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    retryable: true,
    meaning: 'The tenant, the connection or the whole service has used up what it may ask for at present.',
    remedy: 'Wait as long as `Retry-After` says, then repeat the request with the same Idempotency-Key.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    retryable: true,
    meaning: "A fault on the server's side; it has been logged under `requestId`.",
    remedy: 'Repeat the request with the same Idempotency-Key; if it stays, report the `requestId`.',
  },
  unavailable: {
    status: 503,
    title: 'Service unavailable',
    retryable: true,
    meaning: 'A part of the service does not answer at present.',
    remedy: 'Repeat the request after `Retry-After` with the same Idempotency-Key.',
  },
  'gateway-timeout': {
    status: 504,
    title: 'Gateway timeout',
    retryable: true,
    meaning: 'The request took longer than the front door waits. It may have been carried out.',
    remedy: 'Repeat the request with the same Idempotency-Key.',
  },
});

export type ProblemCode = keyof typeof problems;

/** One wrong field: `pointer` (RFC 6901, from the body's root) or `parameter` (query, header or path). */
export type Fault = { pointer: string; detail: string } | { parameter: string; detail: string };

/** A problem document (RFC 9457), the body of every error. */
export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  requestId: string;
  errors?: Fault[];
}

interface ApiErrorOptions {
  errors?: Fault[];
  headers?: Record<string, string>;
  cause?: unknown;
}

/** An answer that a caller must handle. `detail` says what was wrong, where, and what is allowed. */
export class ApiError extends Error {
  readonly code: ProblemCode;
  readonly errors: Fault[] | undefined;
  readonly headers: Record<string, string>;

  constructor(code: ProblemCode, detail: string, { errors, headers = {}, cause }: ApiErrorOptions = {}) {
    super(detail, { cause });
    this.name = 'ApiError';
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }

  get status(): number {
    return problems[this.code].status;
  }

  /** When to try again, where that is known. */
  get retryAfterSeconds(): number | undefined {
    const wait = this.headers['retry-after'];
    return wait === undefined ? undefined : Number(wait);
  }
}

/** The problem document of an error, for `restUrl` such as `https://api.example.com/v1`. */
export function problemDocument(
  error: ApiError,
  { restUrl, requestId }: { restUrl: string; requestId: string },
): ProblemDocument {
  const { status, title } = problems[error.code];
  return {
    type: `${restUrl}/problems/${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.errors && { errors: error.errors }),
  };
}
