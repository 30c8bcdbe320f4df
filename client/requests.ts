import { answerError } from './answer-error.ts';
import { backoffMs } from './backoff.ts';
import { credentialSource } from './credential-source.ts';
import { startDeadline } from './deadline.ts';
import { isApiError, isNetworkError, isTimeoutError, NetworkError } from './errors.ts';
import { pause } from './pause.ts';
import type { ClientOptions, RequestOptions } from './types.ts';

/** An answer that is no refusal, read to its end. */
export interface Answer<Body> {
  status: number;
  headers: Headers;
  /** Undefined where the answer has none. */
  body: Body;
}

export interface SendOptions extends RequestOptions {
  /** Called before each repeat. */
  onRepeat?(): unknown;
  /** Sent as it is, instead of `body` as JSON. */
  raw?: RequestInit['body'];
  /** False: without the credential, to an absolute address. @default true */
  isOurs?: boolean;
  /** @default the client's */
  retries?: number;
}

/** Requests to one service. */
export interface Requests {
  /** Sends a request, and repeats it as far as it may be repeated. */
  send<Body>(method: string, path: string, options?: SendOptions): Promise<Answer<Body>>;
  /** One try, up to the answer's head. Whoever opens it reads it, and ends it by the signal. */
  open(method: string, path: string, options?: SendOptions): Promise<Response>;
  timeoutMs: number;
}

const statusesThatPass = new Set([408, 429, 500, 502, 503, 504]);
/** A service that asks for a longer pause than this is believed, and the error thrown. */
const longestRetryAfterMs = 60_000;

/** Makes the requests of a client. */
export function createRequests(options: ClientOptions): Requests {
  const { timeoutMs = 30_000 } = options;
  const url = options.url.replace(/\/+$/, '');
  const credentials = credentialSource(options.credential);
  const fetcher = options.fetch ?? globalThis.fetch;

  async function open(method: string, path: string, asked: SendOptions = {}): Promise<Response> {
    const { isOurs = true, signal } = asked;
    const action = actionOf(method, path);
    for (let tries = 0; ; tries += 1) {
      const credential = isOurs ? await credentials.get(signal) : undefined;
      const address = isOurs ? withQuery(`${url}${path}`, asked.query) : path;
      const response = await fetcher(address, requestInit(method, asked, credential)).catch((error: unknown) => {
        throw failure(action, error, signal);
      });
      if (response.ok || response.status === 304) return response;
      if (response.status === 401 && credential !== undefined && tries === 0 && credentials.drop(credential)) continue;
      throw await answerError(response, action);
    }
  }

  async function attempt<Body>(method: string, path: string, asked: SendOptions): Promise<Answer<Body>> {
    const action = actionOf(method, path);
    const deadline = startDeadline(action, asked.timeoutMs ?? timeoutMs, asked.signal);
    try {
      const response = await open(method, path, { ...asked, signal: deadline.signal });
      const text = await response.text().catch((error: unknown) => {
        throw failure(action, error, deadline.signal);
      });
      return { status: response.status, headers: response.headers, body: parseBody(text, action) };
    } finally {
      deadline.clear();
    }
  }

  async function send<Body>(method: string, path: string, asked: SendOptions = {}): Promise<Answer<Body>> {
    const { retries = options.retries ?? 3, isRepeatable = !['POST', 'PATCH'].includes(method) } = asked;
    for (let repeat = 0; ; repeat += 1) {
      try {
        return await attempt<Body>(method, path, asked);
      } catch (error) {
        const pauseMs =
          asked.signal?.aborted || repeat >= retries ? undefined : pauseBefore(error, repeat, isRepeatable);
        if (pauseMs === undefined) throw error;
        await pause(pauseMs, asked.signal);
        asked.onRepeat?.();
      }
    }
  }

  return { send, open, timeoutMs };
}

/** How long to wait before a repeat, or undefined where a repeat is not allowed or cannot help. */
function pauseBefore(error: unknown, repeat: number, isRepeatable: boolean): number | undefined {
  if (isNetworkError(error) || isTimeoutError(error)) return isRepeatable ? backoffMs(repeat) : undefined;
  if (!isApiError(error) || !statusesThatPass.has(error.status)) return undefined;
  // What was refused for its rate was not carried out.
  if (!isRepeatable && error.status !== 429) return undefined;
  const { retryAfterMs = 0 } = error;
  return retryAfterMs > longestRetryAfterMs ? undefined : retryAfterMs + backoffMs(repeat);
}

/** What a failed fetch becomes: the reason of the signal where that ended it. */
export function failure(action: string, error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? signal.reason : new NetworkError(action, error);
}

function parseBody<Body>(text: string, action: string): Body {
  if (text === '') return undefined as Body;
  try {
    return JSON.parse(text);
  } catch {
    throw new NetworkError(action, new Error('the answer is no JSON, something on the way must have answered'));
  }
}

function requestInit(method: string, asked: SendOptions, credential: string | undefined): RequestInit {
  const { headers, body, raw = body === undefined ? undefined : JSON.stringify(body), signal } = asked;
  return {
    method,
    headers: {
      ...(credential !== undefined && { authorization: `Bearer ${credential}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(raw !== undefined && { body: raw }),
    ...(signal && { signal }),
    // Credentials travel in the header alone; a cookie of the page's is none of the service's business.
    credentials: 'omit',
    cache: 'no-store',
  };
}

function withQuery(address: string, query: RequestOptions['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? address : `${address}?${new URLSearchParams(given)}`;
}

/** What an error says cannot be done: without the query, which may be long. */
export function actionOf(method: string, path: string): string {
  return `${method} ${path.split('?')[0]}`;
}
