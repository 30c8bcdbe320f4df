import type { EventType, JobStatus } from '../../protocol/lifecycle.ts';
import type { JobFailure, JobWebhook } from '../../protocol/types.ts';

/** JSON text of an input or output: in HEAD itself, in an item beside it, or in the payload bucket. */
export type StoredPayload =
  | { inline: string; bytes: number }
  | { item: string; bytes: number }
  | { object: string; bytes: number };

/** A lifecycle event as HEAD keeps it. Its data follows from these fields and the record. */
export interface StoredEvent {
  type: EventType;
  seq: number;
  /** The newest earlier event that is not a `job.progress`; 0 for the first. */
  prevSeq: number;
  timeMs: number;
  /** Of `job.running`, `job.retrying`. */
  run?: number;
  /** Of `job.retrying`; the ends keep theirs in the record. */
  error?: JobFailure;
  nextRunAtMs?: number;
}

/** The latest `job.progress`: a level that a newer one replaces. */
export interface StoredProgress {
  seq: number;
  prevSeq: number;
  timeMs: number;
  run: number;
  percent?: number;
  message?: string;
}

/** One `job.output` part, as it stands in an item of its run's batches. */
export interface StoredPart {
  seq: number;
  prevSeq: number;
  timeMs: number;
  run: number;
  /** JSON text. */
  json: string;
}

/** Whatever becomes an event of the log. */
export type LogEntry = StoredEvent | StoredProgress | StoredPart;

/**
 * One subscription to a job, kept in its HEAD so that the update that records an event returns who must hear of it.
 * In the table they are a map by connection and subscription, so that each comes and goes by an update of its own.
 */
export interface Watcher {
  connection: string;
  subscription: string;
  /** A joining watcher is caught up by its subscribe function; only live ones are pushed to. */
  state: 'joining' | 'live';
  /** Of a joining one: when it came. Past `joinTimeoutMs` its subscribe function is dead, and it is dropped. */
  joinedAtMs?: number;
  /** The newest event that it was posted while it joined: only later ones are pushed to it. */
  afterSeq: number;
  /** GraphQL: the compiled selection; absent for `jobwire.v1`. */
  selection?: string;
}

/** HEAD: the one item that says how a job stands. Whoever writes it does so on condition of `run` and `seq`. */
export interface JobRecord {
  id: string;
  tenant: string;
  type: string;
  status: JobStatus;
  /** The newest event. */
  seq: number;
  /** The newest event that is not a `job.progress`. */
  keptSeq: number;
  /** Runs begun so far. */
  run: number;
  maxRuns: number;
  createdAtMs: number;
  startedAtMs?: number;
  finishedAtMs?: number;
  /** How long the job is kept once it is done. */
  retentionDays: number;
  /** No run starts before: `delaySeconds`, or the pause after a failed run. */
  notBeforeMs?: number;
  deadlineAtMs?: number;
  /** The run that holds the lease is the only writer while the job is running. */
  leaseUntilMs?: number;
  cancelRequestedAtMs?: number;
  /** When a reader last sent the job's message again. */
  resentAtMs?: number;
  /** The newest event known to be pushed and sent to webhooks. */
  announcedSeq: number;
  events: StoredEvent[];
  progress?: StoredProgress;
  /** Digest of the submit's canonical JSON: tells a repeat from a reuse of its Idempotency-Key. */
  digest: string;
  input: StoredPayload;
  output?: StoredPayload;
  error?: JobFailure;
  metadata?: Record<string, string>;
  webhook?: JobWebhook;
  /** Set for every job of an ordered type, and only there: its own id where the submit named no key. */
  orderKey?: string;
  retryOf?: string;
  traceparent?: string;
  watchers: Watcher[];
  /** TTL, in seconds since the epoch. An expired record counts as absent. */
  expiresAtSeconds: number;
  /** Set while the job is listed among the dead letters. */
  deadAtMs?: number;
}
