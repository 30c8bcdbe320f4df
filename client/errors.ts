import type { Fault, ProblemCode, ProblemDocument } from '../protocol/errors.ts';
import type { Job } from '../protocol/types.ts';

interface ApiErrorOptions {
  status: number;
  /** The body, where it is a problem document (RFC 9457). */
  problem?: Partial<ProblemDocument>;
  /** From `Retry-After`. */
  retryAfterMs?: number;
}

/** The service, or something on the way to it, refused the request. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** One of a closed list; undefined where something on the way answered, and not the service. */
  readonly code: ProblemCode | undefined;
  readonly title: string | undefined;
  /** What was wrong, where, and what is allowed. */
  readonly detail: string | undefined;
  /** An address that says what the code means and what to do. */
  readonly type: string | undefined;
  readonly requestId: string | undefined;
  /** Every wrong field: `pointer` from the body's root, or `parameter`. */
  readonly errors: readonly Fault[];
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status, problem = {}, retryAfterMs }: ApiErrorOptions) {
    super(message);
    this.status = status;
    this.code = problem.code;
    this.title = problem.title;
    this.detail = problem.detail;
    this.type = problem.type;
    this.requestId = problem.requestId;
    this.errors = problem.errors ?? [];
    this.retryAfterMs = retryAfterMs;
  }
}

/** The job has ended, and not with success: `job.error` says why. */
export class JobFailedError extends Error {
  override readonly name = 'JobFailedError';
  readonly job: Job;

  constructor(job: Job) {
    super(
      `Job ${job.id} of type ${job.type} ended as ${job.status}${job.error ? `: ${job.error.message} (${job.error.code})` : ''}`,
    );
    this.job = job;
  }
}

/** No answer came within `timeoutMs`. It may have been carried out. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly timeoutMs: number;

  constructor(action: string, timeoutMs: number) {
    super(`Cannot ${action}: it is not done after ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** No answer came through: `cause` is what `fetch` says of it. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';

  constructor(action: string, cause: unknown) {
    super(`Cannot ${action}: ${cause instanceof Error ? messageOf(cause) : String(cause)}`, { cause });
  }
}

/** A webhook that does not come from the service, or not lately. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';

  constructor(reason: string) {
    super(`Cannot verify the webhook: ${reason}`);
  }
}

/** Node says the reason in the cause of its "fetch failed". */
function messageOf({ message, cause }: Error): string {
  return cause instanceof Error && cause.message ? `${message} (${cause.message})` : message;
}

/** True for an ApiError, of any copy of this package. */
export const isApiError = (error: unknown): error is ApiError => hasName(error, 'ApiError');

/** True for a JobFailedError, of any copy of this package. */
export const isJobFailedError = (error: unknown): error is JobFailedError => hasName(error, 'JobFailedError');

/** True for a TimeoutError of this package: `AbortSignal.timeout()` has one of its own. */
export const isTimeoutError = (error: unknown): error is TimeoutError =>
  hasName(error, 'TimeoutError') && 'timeoutMs' in error;

/** True for a NetworkError, of any copy of this package. */
export const isNetworkError = (error: unknown): error is NetworkError => hasName(error, 'NetworkError');

/** True for a WebhookVerificationError, of any copy of this package. */
export const isWebhookVerificationError = (error: unknown): error is WebhookVerificationError =>
  hasName(error, 'WebhookVerificationError');

function hasName(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}
