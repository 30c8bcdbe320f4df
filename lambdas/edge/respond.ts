import { corsHeaders } from '../../protocol/cors.ts';
import { ApiError, type ProblemDocument, problemDocument } from '../../protocol/errors.ts';

/** What a story answers. `body` is sent as JSON, where there is one. */
export interface HttpResponse {
  status: number;
  /** By lower-cased name. @default `cache-control: no-store` is added where nothing is said of caching */
  headers?: Record<string, string>;
  body?: unknown;
}

/** The headers that every answer carries, under those of its own. */
export function withCommonHeaders(headers: Record<string, string>, requestId: string): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...corsHeaders,
    ...headers,
  };
}

/** The answer to a request that ended with `thrown`: a problem document that shows nothing of what lies behind. */
export function problemResponse(
  thrown: unknown,
  { restUrl, requestId }: { restUrl: string; requestId: string },
): HttpResponse & { body: ProblemDocument } {
  const error = apiErrorOf(thrown);
  return {
    status: error.status,
    headers: { ...error.headers, 'content-type': 'application/problem+json' },
    body: problemDocument(error, { restUrl, requestId }),
  };
}

/** `thrown` itself where a caller must handle it; else what may be told of it. */
export function apiErrorOf(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (isPassing(thrown)) {
    const detail = 'Cannot answer at present: a part of the service is busy or does not answer';
    return new ApiError('unavailable', detail, { headers: { 'retry-after': '2' }, cause: thrown });
  }
  return new ApiError('internal-error', 'Cannot answer: a fault on our side, logged under this requestId', {
    cause: thrown,
  });
}

/** How the AWS SDKs, Node's sockets and fetch name what may well go better the next time. */
const passing =
  /Throttl|TooManyRequests|ProvisionedThroughputExceeded|RequestLimitExceeded|SlowDown|ServiceUnavailable|InternalServer|InternalFailure|Timeout|ECONNRESET|ECONNREFUSED|EPIPE|EAI_AGAIN|UND_ERR/i;

function isPassing(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const { name, code, $retryable } = error as Error & { code?: unknown; $retryable?: unknown };
    if ($retryable !== undefined || passing.test(name) || (typeof code === 'string' && passing.test(code))) return true;
  }
  return false;
}
