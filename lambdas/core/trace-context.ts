import { randomBytes } from 'node:crypto';

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * A `traceparent` header that is worth carrying on (W3C Trace Context, section 3.2): undefined where it is missing or
 * malformed, which the specification has ignored, not refused. One of a later version is carried on as version 00, as
 * far as that goes (section 3.2.4), so that its length is bounded.
 */
export function readTraceparent(header: string | undefined): string | undefined {
  const [text, version, traceId = '', parentId = '', flags = '', rest] = pattern.exec(header?.trim() ?? '') ?? [];
  if (text === undefined || version === 'ff' || /^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  if (version === '00') return rest === undefined ? text : undefined;
  const isSampled = Number.parseInt(flags, 16) % 2 === 1;
  return `00-${traceId}-${parentId}-${isSampled ? '01' : '00'}`;
}

/** `Root=1-<8 hexadecimal digits>-<24>`, and `Sampled=0` where X-Ray was told to leave the request out. */
const rootPattern = /(?:^|;)Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/i;

/**
 * A trace for a request that belongs to none. Its id is that of API Gateway's own trace (`X-Amzn-Trace-Id`) where there
 * is one, so that every function that the request reaches makes the same. Sampled, unless X-Ray says otherwise:
 * receivers that follow their caller in this would else record nothing of what we send.
 */
export function newTraceparent(amznTraceId = ''): string {
  const [, seconds, rest] = rootPattern.exec(amznTraceId) ?? [];
  const given = `${seconds ?? ''}${rest ?? ''}`.toLowerCase();
  const traceId = /[1-9a-f]/.test(given) ? given : randomBytes(16).toString('hex');
  const flags = /(?:^|;)Sampled=0(?:;|$)/.test(amznTraceId) ? '00' : '01';
  return `00-${traceId}-${randomBytes(8).toString('hex')}-${flags}`;
}

/** The trace that a request belongs to: the one that its client names, or a new one. Headers by lower-cased name. */
export function traceparentOf(headers: Record<string, string | undefined>): string {
  return readTraceparent(headers.traceparent) ?? newTraceparent(headers['x-amzn-trace-id']);
}

/** What log lines carry of a `traceparent`: its trace id. Records of before every job had one have none. */
export function traceFieldsOf(traceparent: string | undefined): { traceId?: string } {
  const traceId = traceparent?.split('-')[1];
  return traceId === undefined ? {} : { traceId };
}
