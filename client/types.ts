import type { JobStatus } from '../protocol/lifecycle.ts';
import type { Job, JobEvent, JobType, JobWebhook, Json, Page } from '../protocol/types.ts';
import type { AnyJobTypes, InputOf, JobOf, JobTypeTable, OutputOf, TypeName } from './job-types.ts';
import type { UploadData } from './upload-data.ts';
import type { WholeEvent } from './whole-event.ts';

/** The ways of hearing of events, the best one first. */
export const channelNames = ['websocket', 'sse', 'long-poll', 'poll'] as const;
export type ChannelName = (typeof channelNames)[number];

/**
 * An API key or an access token, or a function that gives one, and is asked again when one was refused. What it throws is
 * the cause of a `NetworkError`. Calls wait for it as long as they may take, and share what it gives, late or not; one that
 * gives nothing for 20 s is asked anew by the next call.
 */
export type Credential = string | (() => string | Promise<string>);

/** What the client needs of a WebSocket: the browser's own has it, and the package `ws` too. */
export type WebSocketClass = new (
  url: string,
  protocols?: string | string[],
) => {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'error' | 'close', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
};

export interface ClientOptions {
  /** The REST address of the service, such as `http://localhost:8202/v1`. */
  url: string;
  credential: Credential;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /** Null: none, events come by SSE. @default globalThis.WebSocket, which browsers and Node 22 have */
  WebSocket?: WebSocketClass | null;
  /** The channels that `events` may use, in the order in which it tries them. @default all four, the best one first */
  channels?: readonly ChannelName[];
  /** How long one try of a request may take, in milliseconds; what the server is asked to wait comes on top. @default 30_000 */
  timeoutMs?: number;
  /** How often a request that failed for a reason that passes is repeated. @default 3 */
  retries?: number;
  /** How long a channel may take until it gives a first sign of life, in milliseconds, before the next one is tried. @default 8_000 */
  connectTimeoutMs?: number;
  /** How long `events` goes on trying while nothing at all gets through, in milliseconds. @default 300_000 */
  giveUpAfterMs?: number;
  /** Told what `events` does underneath: for logs, and for pages that show it. */
  onChannel?(news: ChannelNews): void;
}

/** What happens to a job's events on their way. `error` says why a channel was left or could not be had. */
export interface ChannelNews {
  job: string;
  channel: ChannelName;
  state: 'opening' | 'open' | 'closed' | 'failed' | 'mending';
  error?: unknown;
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. */
  signal?: AbortSignal;
  /** For each try of this call, in milliseconds. @default the client's */
  timeoutMs?: number;
}

export interface SubmitOptions extends CallOptions {
  webhook?: JobWebhook;
  /** 0 to 900. */
  delaySeconds?: number;
  /** Bounds the whole job from its submit. */
  deadlineSeconds?: number;
  /** Of ordered types: jobs with the same key run one after another. */
  orderKey?: string;
  metadata?: Record<string, string>;
  /** The same key gives the same job. @default a new one for each call, so that its repeats make one job */
  idempotencyKey?: string;
  /** Holds the answer until the job is done, at most so long: 1 to 25. */
  waitSeconds?: number;
}

export interface RetryOptions extends CallOptions {
  /** A key of its own makes another job each time. @default none: a repeat gives the same new job */
  idempotencyKey?: string;
}

export interface ListQuery<Name extends string = string> {
  type?: Name;
  status?: JobStatus;
  /** Jobs of one page: 1 to 100. @default 20 */
  limit?: number;
  /** The `next` of the page before. */
  page?: string;
}

export interface EventsOptions {
  /** The last `seq` that is known already, however it was heard. @default 0, all of the log */
  after?: number;
  /** Ends the iteration: it throws the signal's reason. The job goes on. */
  signal?: AbortSignal;
  /** @default the client's */
  channels?: readonly ChannelName[];
  /** Told where the log has never reached `after`: what follows is the log from its start. */
  onReset?(job: Job): void;
  /** False: an event over 24 KiB comes with `truncated` and `url` instead of its `data`. @default true */
  fetchTruncated?: boolean;
}

export interface WaitOptions<Output = Json> extends EventsOptions {
  /** How long it may take in all, in milliseconds; then it rejects with a TimeoutError, and the job goes on. @default none */
  timeoutMs?: number;
  /** Told each event on the way. */
  onEvent?(event: WholeEvent<Output>): void;
}

/** `timeoutMs` is for all of it: submit, run and output. */
export type RunOptions<Output = Json> = Omit<SubmitOptions, 'waitSeconds' | 'timeoutMs'> &
  Omit<WaitOptions<Output>, 'after' | 'onReset'>;

export interface UploadOptions extends CallOptions {
  /** @default the Blob's own type, else application/octet-stream */
  contentType?: string;
}

export interface RequestOptions extends CallOptions {
  /** Left out where a value is undefined. */
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** True where the request may be sent twice: then it is repeated after a failure. @default false for POST and PATCH, else true */
  isRepeatable?: boolean;
}

/** What `GET /v1` says: the address of everything else. */
export interface ServiceDescription {
  name: string;
  version: string;
  links: Record<string, string> & { events: string };
}

/**
 * A service with its job types.
 *
 * Every call rejects with an `ApiError` (the service refused), a `NetworkError` (no answer came through), a
 * `TimeoutError` (none came in time), or with the reason of its signal.
 */
export interface Client<Types extends JobTypeTable<Types> = AnyJobTypes> {
  /** Puts a job into its queue. What fails for a reason that passes is repeated with the same idempotency key. */
  submit<Name extends TypeName<Types>>(
    type: Name,
    input: InputOf<Types, Name>,
    options?: SubmitOptions,
  ): Promise<JobOf<Types, Name>>;

  /**
   * Submits a job and waits for its output, however large.
   * @throws {JobFailedError} where the job ends in another way than `succeeded`; it carries the job
   */
  run<Name extends TypeName<Types>>(
    type: Name,
    input: InputOf<Types, Name>,
    options?: RunOptions<OutputOf<Types, Name>>,
  ): Promise<OutputOf<Types, Name>>;

  get<Name extends TypeName<Types> = TypeName<Types>>(id: string, options?: CallOptions): Promise<JobOf<Types, Name>>;

  /** Follows a job to its end, and gives it as it then is. */
  wait<Name extends TypeName<Types> = TypeName<Types>>(
    id: string,
    options?: WaitOptions<OutputOf<Types, Name>>,
  ): Promise<JobOf<Types, Name>>;

  /**
   * The output of a job that has succeeded, fetched where it is too large to stand in the job: that may take as long as
   * its address is good for, five minutes, unless `timeoutMs` says otherwise.
   */
  output<Name extends TypeName<Types>>(
    job: Pick<JobOf<Types, Name>, 'id' | 'status' | 'output' | 'outputUrl'> & { type: Name },
    options?: CallOptions,
  ): Promise<OutputOf<Types, Name>>;

  /** One page of jobs, the newest first. */
  list<Name extends TypeName<Types> = TypeName<Types>>(
    query?: ListQuery<Name>,
    options?: CallOptions,
  ): Promise<Page<JobOf<Types, Name>>>;

  /** All jobs that fit, the newest first, page by page as they are asked for. */
  listAll<Name extends TypeName<Types> = TypeName<Types>>(
    query?: Omit<ListQuery<Name>, 'page'>,
    options?: CallOptions,
  ): AsyncIterableIterator<JobOf<Types, Name>>;

  /** Gives the job: canceled where it was queued, else still running until its handler has stopped. */
  cancel<Name extends TypeName<Types> = TypeName<Types>>(
    id: string,
    options?: CallOptions,
  ): Promise<JobOf<Types, Name>>;

  /** Makes a new job of one that has ended without success. */
  retry<Name extends TypeName<Types> = TypeName<Types>>(
    id: string,
    options?: RetryOptions,
  ): Promise<JobOf<Types, Name>>;

  /** The events of a job, each once and in order, from a cursor to the job's end, over whichever channel gets through. */
  events<Name extends TypeName<Types> = TypeName<Types>>(
    id: string,
    options?: EventsOptions & { fetchTruncated?: true },
  ): AsyncIterableIterator<WholeEvent<OutputOf<Types, Name>>>;
  events(id: string, options: EventsOptions): AsyncIterableIterator<JobEvent>;

  /** Uploads up to 1 GiB, and gives the `upload://` reference to put into an input. On Node, `fs.openAsBlob` opens a file. */
  upload(data: UploadData, options?: UploadOptions): Promise<string>;

  /** Every job type with its schemas and limits. */
  types(options?: CallOptions): Promise<JobType[]>;

  /** What the service is called, and the address of everything else. Asked once. */
  service(options?: CallOptions): Promise<ServiceDescription>;

  /**
   * Any other request, such as `request('GET', '/webhooks')`, with the credential, the repeats and the errors of all.
   * @param path below the REST address
   */
  request<Answer = unknown>(method: string, path: string, options?: RequestOptions): Promise<Answer>;

  /** Closes the WebSocket; iterations over events go on, and open another one. It closes by itself when it is not used. */
  close(): void;
}
