/** Request headers that a page of any origin may send: credentials travel in `Authorization`, so no cookie is at stake. */
export const allowedHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-None-Match',
  'Last-Event-ID',
  'Prefer',
  'traceparent',
  'tracestate',
];

/** Response headers that a page may read. */
export const exposedHeaders = [
  'Allow',
  'ETag',
  'Idempotency-Replayed',
  'Link',
  'Location',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'traceparent',
  'WWW-Authenticate',
  'X-Request-Id',
];

/** The CORS headers of every answer, but those to a preflight. */
export const corsHeaders = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': exposedHeaders.join(','),
};
