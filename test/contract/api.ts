import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventPage, Job, JobEvent } from '../../protocol/types.ts';
import { expectEventPage, expectJob } from './expect.ts';
import { assertProblem } from './problem.ts';
import type { Target } from './target.ts';

/** An answer, read to its end. `body` is undefined where the text is no JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: unknown;
}

export interface CallOptions {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, with the content type `application/json` unless `headers` says another. */
  raw?: string | Uint8Array | ReadableStream;
  headers?: Record<string, string>;
  /** Instead of the API's own; null for none. */
  credential?: string | null;
}

/** The service as one credential sees it. */
export interface Api {
  target: Target;
  credential: string;
  /** Any request below the REST address, or to an absolute URL. Every error is checked to be a whole problem document. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  as(credential: string): Api;
  /** Submits and expects 202. */
  submit(job: Record<string, unknown>, headers?: Record<string, string>): Promise<Job>;
  submitEcho(value: unknown, rest?: Record<string, unknown>): Promise<Job>;
  /** Submits and waits for the end in one request, made again where a busy service did not come to the job in time. */
  submitAndWait(options: CallOptions): Promise<Answer>;
  read(id: string): Promise<Job>;
  /** Waits for the job's end. */
  end(id: string, timeoutMs?: number): Promise<Job>;
  /** Waits until `condition` holds for the job. */
  until(id: string, condition: (job: Job) => boolean, timeoutMs?: number): Promise<Job>;
  /** The whole log as it stands, page by page. */
  log(id: string): Promise<JobEvent[]>;
  token(body: Record<string, unknown>): Promise<string>;
  /** What `make` gives, made once for all cases of the run. */
  once<Value>(name: string, make: () => Promise<Value>): Promise<Value>;
}

/** The service at `target` as `credential` sees it. */
export function apiOf(target: Target, credential = target.key, made = new Map<string, unknown>()): Api {
  const call: Api['call'] = (method, path, options = {}) =>
    request(target.url, method, path, { credential, ...options });
  const read: Api['read'] = async (id) => expectJob(await call('GET', `/jobs/${id}`), 200);

  const until: Api['until'] = async (id, condition, timeoutMs = 120_000) => {
    const endMs = Date.now() + timeoutMs;
    for (;;) {
      const job = await read(id);
      if (condition(job)) return job;
      assert.ok(
        Date.now() < endMs,
        `Job ${id} is ${job.status} (run ${job.run}, seq ${job.seq}) after ${timeoutMs} ms`,
      );
      await pause(100);
    }
  };

  const submitAndWait: Api['submitAndWait'] = async ({ headers, ...options }) => {
    const own = { prefer: 'wait=20', 'idempotency-key': randomUUID(), ...headers };
    for (let left = 3; ; left -= 1) {
      const answer = await call('POST', '/jobs', { ...options, headers: own });
      if (answer.status !== 202 || left === 0) return answer;
    }
  };

  return {
    target,
    credential,
    call,
    submitAndWait,
    as: (other) => apiOf(target, other, made),
    submit: async (body, headers = {}) => expectJob(await call('POST', '/jobs', { body, headers }), 202),
    submitEcho: async (value, rest = {}) =>
      expectJob(await call('POST', '/jobs', { body: { type: 'echo', input: { value }, ...rest } }), 202),
    read,
    until,
    end: (id, timeoutMs) => until(id, ({ done }) => done, timeoutMs),
    log: (id) => wholeLog(call, id),
    token: async (body) => {
      const answer = await call('POST', '/tokens', { body });
      assert.equal(answer.status, 201, answer.text);
      return (answer.body as { token: string }).token;
    },
    once: <Value>(name: string, make: () => Promise<Value>) => {
      const value = (made.get(name) as Promise<Value> | undefined) ?? make();
      made.set(name, value);
      return value;
    },
  };
}

async function wholeLog(call: Api['call'], id: string): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for (let after = 0; ; ) {
    const page: EventPage = expectEventPage(await call('GET', `/jobs/${id}/events?after=${after}&limit=1000`));
    events.push(...page.events);
    if (page.done || page.events.length === 0) return events;
    after = page.cursor;
  }
}

async function request(url: string, method: string, path: string, options: CallOptions): Promise<Answer> {
  const { body, raw = body === undefined ? undefined : JSON.stringify(body), credential, headers = {} } = options;
  const address = /^https?:/.test(path) ? path : url + path;
  const response = await fetch(address, {
    method,
    redirect: 'manual',
    headers: {
      ...(credential && { authorization: `Bearer ${credential}` }),
      ...(raw !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(raw !== undefined && { body: raw as RequestInit['body'] & object }),
    ...(raw instanceof ReadableStream && { duplex: 'half' }),
  });
  const text = await response.text();
  const answer = { status: response.status, headers: response.headers, text, body: parsed(text) };
  assert.ok(answer.status < 500, `${method} ${path} is answered with ${answer.status}: ${text.slice(0, 300)}`);
  if (answer.status >= 400 && method !== 'HEAD' && !isGraphql(answer)) assertProblem(answer, `${method} ${path}`);
  return answer;
}

/** Executed GraphQL answers after its own specification. */
function isGraphql({ headers }: Answer): boolean {
  return headers.get('content-type')?.startsWith('application/graphql-response+json') === true;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
