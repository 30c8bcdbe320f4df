import type { Fault } from './errors.ts';
import type { EventType, JobStatus } from './lifecycle.ts';

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const scopes = ['jobs:read', 'jobs:write', 'webhooks:read', 'webhooks:write', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Why a job failed or timed out. `cause` is the error of the last run. */
export interface JobFailure {
  code: string;
  message: string;
  cause?: { code: string; message: string };
}

export interface Progress {
  /** 0 to 100. */
  percent?: number;
  message?: string;
}

/** A webhook given with a job: an endpoint for that job alone. */
export interface JobWebhook {
  url: string;
  events?: string[];
}

/** The body of `POST /v1/jobs`. */
export interface SubmitRequest {
  type: string;
  input: Json;
  webhook?: JobWebhook;
  delaySeconds?: number;
  deadlineSeconds?: number;
  orderKey?: string;
  metadata?: Record<string, string>;
  /** In a batch entry, over WebSocket and in GraphQL, where no header can carry it. */
  idempotencyKey?: string;
}

/** A job as a client sees it. Times are RFC 3339 in UTC with milliseconds. */
export interface Job {
  id: string;
  type: string;
  status: JobStatus;
  done: boolean;
  seq: number;
  /** Left out in lists, WebSocket messages and resets. */
  input?: Json;
  output?: Json;
  outputUrl?: string;
  error?: JobFailure;
  progress?: Progress;
  run: number;
  maxRuns: number;
  metadata?: Record<string, string>;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  expiresAt?: string;
  links: JobLinks;
}

export interface JobLinks {
  self: string;
  events: string;
  cancel: string;
  retry: string;
  deliveries: string;
  retryOf?: string;
}

/** One entry of a job's log. `prevSeq` is the newest earlier event that is not a `job.progress`, 0 for the first. */
export interface JobEvent {
  id: string;
  seq: number;
  prevSeq: number;
  type: EventType;
  time: string;
  job: string;
  data?: Json;
  /** Set, with `url` in place of `data`, where the event is over `limits.maxEventBytes`. */
  truncated?: true;
  url?: string;
}

/** The answer of `GET /v1/jobs/{id}/events`. */
export interface EventPage {
  events: JobEvent[];
  cursor: number;
  done: boolean;
  reset?: { job: Job };
}

export interface Page<Item> {
  items: Item[];
  next?: string;
}

export interface BatchResult {
  results: (
    | { status: number; job: Job }
    | { status: number; problem: { code: string; detail: string; errors?: Fault[] } }
  )[];
}

/** What bounds the runs of a job type. */
export interface TypeLimits {
  /** One run, in seconds. */
  timeoutSeconds: number;
  memoryMb: number;
  maxRuns: number;
  /** Runs of this type at the same time, at the most: 2 to 1000. */
  concurrency: number;
  /** Messages that one call of the worker takes: 1 to 10. */
  batch: number;
  /** The first pause before another run, in seconds; it doubles with each run. */
  backoffSeconds: number;
  maxBackoffSeconds: number;
  retentionDays: number;
}

/** A job type as `GET /v1/types` shows it and as the manifest holds it. */
export interface JobType {
  name: string;
  description: string;
  ordered: boolean;
  limits: TypeLimits;
  /** JSON Schema, draft 2020-12. */
  input: Record<string, Json>;
  output: Record<string, Json>;
}

/** What is made at synth from the files in `jobs/`, and bundled into the functions. */
export interface Manifest {
  name: string;
  version: string;
  types: Record<string, JobType>;
}
