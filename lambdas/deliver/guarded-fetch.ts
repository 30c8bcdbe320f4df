import { lookup } from 'node:dns/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { findAddressFault, type GuardRules, judgeUrl } from '../core/address-guard.ts';
import { describeNetworkError, RequestError } from './request-error.ts';

/** A request through the guard. */
export interface GuardedRequest {
  /** @default 'GET' */
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** The whole exchange, from name resolution to the last byte, in milliseconds. @default 15000 */
  timeoutMs?: number;
  /** Bytes of the answer's body to read; the rest is left. With 0 the answer's head is enough. @default 65536 */
  maxBytes?: number;
  signal?: AbortSignal;
}

/** The answer to a guarded request. A redirect is an answer like any other: it is never followed. */
export interface GuardedResponse {
  status: number;
  /** Names in lower case; the values of a repeated one are joined by a comma. */
  headers: Record<string, string>;
  body: Buffer;
  /** True where the body was not read to its end. */
  truncated: boolean;
  durationMs: number;
}

export interface Address {
  address: string;
  family: number;
}

export interface GuardOptions extends GuardRules {
  /** Finds every address of a name. @default the machine's own resolver */
  resolve?: (name: string) => Promise<Address[]>;
}

/** A URL with the addresses that were found good: nothing else may be dialled. */
export interface GuardedTarget {
  url: URL;
  /** For people: name and port, without path and query. */
  host: string;
  addresses: Address[];
}

const defaultTimeoutMs = 15_000;
const defaultMaxBytes = 65_536;
/** Headers about the connection itself, which are not a caller's to set. */
const connectionHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'keep-alive',
]);
/** No connection outlives its request: the check is done anew each time, so an earlier answer of a name counts no more. */
const agents: Record<string, http.Agent> = {
  'http:': new http.Agent({ keepAlive: false }),
  'https:': new https.Agent({ keepAlive: false }),
};

/**
 * Checks that `text` is a URL which may be called: https, a usual port, no credentials, every address public.
 * Throws a RequestError: `blocked` with the reason, or `dns` where the name does not resolve at present.
 */
export async function guardUrl(text: string, options: GuardOptions = {}): Promise<GuardedTarget> {
  const verdict = judgeUrl(text, options);
  if (verdict.fault !== undefined) throw new RequestError('blocked', `Cannot call this URL: ${verdict.fault}`);
  const { url, host, mustBeLoopback } = verdict;
  const version = isIP(host);
  if (version !== 0) return { url, host: url.host, addresses: [{ address: host, family: version }] };

  const addresses = await resolveName(host, options);
  for (const { address } of addresses) {
    const fault = findAddressFault(address, { ...options, mustBeLoopback });
    if (fault) throw new RequestError('blocked', `Cannot call ${url.host}: it resolves to ${fault}`);
  }
  return { url, host: url.host, addresses };
}

async function resolveName(name: string, { resolve = resolveBySystem }: GuardOptions): Promise<Address[]> {
  const addresses = await resolve(name).catch((error) => {
    throw describeNetworkError(name, error);
  });
  if (addresses.length === 0) throw describeNetworkError(name, { code: 'ENODATA' });
  return addresses;
}

function resolveBySystem(name: string): Promise<Address[]> {
  return lookup(name, { all: true });
}

/**
 * Calls a URL that a stranger chose. Only addresses that `guardUrl` found good are dialled, time and bytes are bounded,
 * redirects are not followed. Throws a RequestError in plain words, or the signal's own reason.
 */
export async function guardedFetch(
  text: string,
  request: GuardedRequest = {},
  options: GuardOptions = {},
): Promise<GuardedResponse> {
  const startedAt = performance.now();
  const { signal, timeoutMs = defaultTimeoutMs } = request;
  const timeout = AbortSignal.timeout(timeoutMs);
  const stop = signal ? AbortSignal.any([signal, timeout]) : timeout;
  const phase = { doing: 'looking up its address' };
  try {
    const target = await unlessAborted(guardUrl(text, options), stop);
    const answer = await unlessAborted(exchange(target, { ...request, signal: stop }, phase), stop);
    return { ...answer, durationMs: Math.round(performance.now() - startedAt) };
  } catch (error) {
    signal?.throwIfAborted();
    if (!timeout.aborted) throw error;
    const what = `${timeoutMs} ms ran out while ${phase.doing}`;
    throw new RequestError('timed-out', `Cannot get an answer from ${URL.parse(text)?.host}: ${what}`, {
      cause: error,
    });
  }
}

/** The promise's own end, or the signal's where that comes first: some waits cannot be broken off, such as a name server's. */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    // First: whatever becomes of the promise later, somebody must listen.
    promise.then(resolve, reject);
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Sends the request to one of the checked addresses and reads the answer, up to `maxBytes` of it. */
async function exchange(
  { url, host, addresses }: GuardedTarget,
  { method = 'GET', headers = {}, body, maxBytes = defaultMaxBytes, signal }: GuardedRequest,
  phase: { doing: string },
): Promise<Omit<GuardedResponse, 'durationMs'>> {
  const name = url.hostname.replace(/\.$/, '');
  phase.doing = 'connecting';
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const client = url.protocol === 'https:' ? https : http;
      const call = client.request(url, {
        method,
        headers: checkHeaders(headers),
        agent: agents[url.protocol],
        lookup: lookupOf(addresses),
        ...(isIP(name) === 0 && { servername: name }),
        signal,
      });
      call.on('response', resolve);
      call.on('upgrade', (_response, socket) => {
        socket.destroy();
        reject({ code: 'UPGRADED' });
      });
      call.on('error', reject);
      call.on('socket', (socket) => {
        socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
          phase.doing = 'waiting for its answer';
        });
      });
      call.end(body);
    });
    phase.doing = 'reading its answer';
    return { ...(await readBody(response, maxBytes)), status: response.statusCode ?? 0, headers: headersOf(response) };
  } catch (error) {
    throw error instanceof TypeError ? error : describeNetworkError(host, error);
  }
}

/** Answers with the addresses that were checked, so that no second look at the name can lead elsewhere. */
function lookupOf(addresses: Address[]): LookupFunction {
  return (_name, { all }, done) => {
    const [first] = addresses;
    if (all) done(null, addresses);
    else done(null, first?.address ?? '', first?.family);
  };
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<{ body: Buffer; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (maxBytes > 0) {
    for await (const chunk of response) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) break;
    }
  }
  response.destroy();
  return { body: Buffer.concat(chunks).subarray(0, maxBytes), truncated: bytes > maxBytes || maxBytes === 0 };
}

function headersOf(response: IncomingMessage): Record<string, string> {
  const entries = Object.entries(response.headersDistinct);
  return Object.fromEntries(entries.map(([name, values = []]) => [name, values.join(', ')]));
}

/** Throws a TypeError for a header that belongs to the connection: it could make it another than the one checked. */
function checkHeaders(headers: Record<string, string>): Record<string, string> {
  const name = Object.keys(headers).find((name) => connectionHeaders.has(name.toLowerCase()));
  if (name !== undefined) throw new TypeError(`Cannot send the header ${name}: it belongs to the connection`);
  return headers;
}
