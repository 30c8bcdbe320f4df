import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Headers that never reach an integration ("Amazon API Gateway important notes"). */
const droppedHeaders = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'proxy-connection',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

/** Names that API Gateway writes in its own way, however the client did; all others stay as they were sent. */
const fixedNames = new Map([
  ['authorization', 'Authorization'],
  ['host', 'Host'],
  ['user-agent', 'User-Agent'],
]);

/** A request's headers as an event shows them: the last value of each, and all of them. */
export interface EventHeaders {
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
}

/** The headers of `request` as API Gateway hands them on, with those that it adds. */
export function eventHeaders(request: IncomingMessage): EventHeaders {
  const byName = new Map<string, { name: string; values: string[] }>();
  const add = (name: string, value: string) => {
    const key = name.toLowerCase();
    const known = byName.get(key);
    if (known === undefined) byName.set(key, { name: fixedNames.get(key) ?? name, values: [value] });
    else known.values.push(value);
  };
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? '';
    if (!droppedHeaders.has(name.toLowerCase())) add(name, request.rawHeaders[index + 1] ?? '');
  }
  for (const [name, value] of addedHeaders(request)) {
    byName.delete(name.toLowerCase());
    add(name, value);
  }
  const entries = [...byName.values()];
  return {
    headers: Object.fromEntries(entries.map(({ name, values }) => [name, values.at(-1) ?? ''])),
    multiValueHeaders: Object.fromEntries(entries.map(({ name, values }) => [name, values])),
  };
}

/** The last value of a header whatever the case of its name; `undefined` where it was not sent. */
export function headerOf({ headers }: EventHeaders, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(headers).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

/** The address at the other end, an IPv4 one without its IPv6 wrapping. */
export function sourceIpOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** The host that a client dialled. API Gateway knows its own names; here the Host header is all there is. */
export function domainNameOf(request: IncomingMessage): string {
  const host = request.headers.host ?? '';
  return /^[\w.:[\]-]{1,255}$/.test(host) ? host : 'localhost';
}

const traceHeader = /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;[\w=-]+)*$/i;

function addedHeaders(request: IncomingMessage): [string, string][] {
  const forwardedFor = [request.headers['x-forwarded-for'], sourceIpOf(request)].flat().filter(Boolean).join(', ');
  const trace = request.headers['x-amzn-trace-id'];
  return [
    ['X-Amzn-Trace-Id', typeof trace === 'string' && traceHeader.test(trace) ? trace : newTraceHeader()],
    ['X-Forwarded-For', forwardedFor],
    ['X-Forwarded-Port', String(request.socket.localPort ?? '')],
    ['X-Forwarded-Proto', 'http'],
  ];
}

function newTraceHeader(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds.padStart(8, '0')}-${randomBytes(12).toString('hex')}`;
}
