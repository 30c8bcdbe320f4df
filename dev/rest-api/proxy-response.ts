import type { StreamMetadata } from '../lambda/invoke.ts';
import { GatewayError } from './gateway-error.ts';
import type { Answer } from './gateway-response.ts';
import { isBinaryMediaType } from './proxy-event.ts';

const knownFields = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

/** What a function may answer in each field; another kind of value is a malformed response. */
const fieldChecks: Record<string, (value: unknown) => boolean> = {
  statusCode: (value) => (typeof value === 'number' || typeof value === 'string') && isStatus(Number(value)),
  headers: (value) => isRecord(value) && Object.values(value).every(isHeaderValue),
  multiValueHeaders: (value) =>
    isRecord(value) && Object.values(value).every((values) => Array.isArray(values) && values.every(isHeaderValue)),
  body: (value) => typeof value === 'string',
  isBase64Encoded: (value) => typeof value === 'boolean',
};

interface ProxyResponseOptions {
  binaryMediaTypes: string[];
  /** The request's Accept header, whose first media type decides whether base64 is undone. */
  accept: string;
}

/**
 * What to answer for the payload of a proxy integration ("Output format of a Lambda function for proxy integration").
 * Throws 502 for anything else; the reason goes to the log alone.
 */
export function proxyAnswer(payload: unknown, { binaryMediaTypes, accept }: ProxyResponseOptions): Answer {
  if (!isRecord(payload)) throw malformed(`is ${payload === null ? 'null' : typeof payload}`);
  for (const [field, value] of Object.entries(payload)) {
    if (!knownFields.has(field)) throw malformed(`has a field ${field}`);
    const isAbsent = value === null || value === undefined;
    if (!isAbsent && fieldChecks[field]?.(value) === false) throw malformed(`has a wrong ${field}`);
  }
  const body = typeof payload.body === 'string' ? payload.body : '';
  const isBinary =
    payload.isBase64Encoded === true && isBinaryMediaType(accept.split(',')[0] || '*/*', binaryMediaTypes);
  return {
    status: Number(payload.statusCode ?? 200),
    headers: responseHeaders(payload.headers, payload.multiValueHeaders),
    body: Buffer.from(body, isBinary ? 'base64' : 'utf8'),
  };
}

/** Status and headers of a streamed response. Throws 502 where its metadata is none that API Gateway takes. */
export function streamHead(metadata: StreamMetadata & { multiValueHeaders?: unknown }): Omit<Answer, 'body'> {
  const { statusCode, headers = {}, multiValueHeaders = {}, cookies = [] } = metadata;
  if (!isStatus(statusCode)) throw malformed('has a wrong statusCode in its metadata');
  for (const [field, value] of Object.entries({ headers, multiValueHeaders })) {
    if (fieldChecks[field]?.(value) === false) throw malformed(`has wrong ${field} in its metadata`);
  }
  const merged = responseHeaders(headers, multiValueHeaders);
  return { status: statusCode, headers: cookies.length > 0 ? { ...merged, 'Set-Cookie': cookies } : merged };
}

/** Headers that API Gateway renames: clients would read them as the gateway's own. */
const remappedHeaders = new Set(['connection', 'content-length', 'date', 'server', 'www-authenticate']);
/** Headers of the connection itself, which end at the gateway. */
const droppedHeaders = new Set(['keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

function responseHeaders(single: unknown, multiple: unknown): Answer['headers'] {
  const byName = new Map<string, { name: string; values: string[] }>();
  const add = (name: string, value: unknown) => {
    const key = name.toLowerCase();
    const known = byName.get(key) ?? { name, values: [] };
    if (!known.values.includes(String(value))) known.values.push(String(value));
    byName.set(key, known);
  };
  for (const [name, values] of Object.entries(multiple ?? {})) for (const value of values) add(name, value);
  for (const [name, value] of Object.entries(single ?? {})) add(name, value);
  if (!byName.has('content-type')) add('Content-Type', 'application/json');
  const kept = [...byName].filter(([key]) => !droppedHeaders.has(key));
  return Object.fromEntries(
    kept.map(([key, { name, values }]) => [
      remappedHeaders.has(key) ? `x-amzn-Remapped-${name}` : name,
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHeaderValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';
}

function isStatus(value: number): boolean {
  return Number.isInteger(value) && value >= 200 && value <= 599;
}

function malformed(what: string): GatewayError {
  return new GatewayError('DEFAULT_5XX', `malformed Lambda proxy response: it ${what}`);
}
