import type { JobStatus } from '../../protocol/lifecycle.ts';
import { type EventType, nextStatus } from '../../protocol/lifecycle.ts';
import type { JobFailure, JobType, Progress, SubmitRequest } from '../../protocol/types.ts';
import { deadlineOf } from './job-deadline.ts';
import type { JobRecord, StoredEvent, StoredPart, StoredPayload, StoredProgress, Watcher } from './job-record.ts';
import { expiryOfDone, expiryOfUndone } from './retention.ts';

/**
 * One write to HEAD. It holds only for the record that it was made from: the store writes it on condition of that
 * record's `run` and `status`, and of its `seq` where the change adds events.
 */
export interface JobChange {
  status: JobStatus;
  /** Lifecycle events to append. */
  events: StoredEvent[];
  set: Partial<JobRecord>;
  unset: (keyof JobRecord)[];
  /** Not to be made once a cancel has been asked for. */
  unlessCanceled?: true;
}

interface NewJob {
  id: string;
  tenant: string;
  type: Pick<JobType, 'limits' | 'ordered'>;
  digest: string;
  input: StoredPayload;
  now: number;
  retryOf?: string;
  traceparent?: string;
  watchers?: Watcher[];
}

/** The record of a job as its submit puts it: queued, with event 1. */
export function newJob(submit: SubmitRequest, job: NewJob): JobRecord {
  const { id, tenant, type, digest, input, now, retryOf, traceparent, watchers = [] } = job;
  const { delaySeconds, deadlineSeconds, metadata, webhook } = submit;
  const orderKey = type.ordered ? (submit.orderKey ?? id) : undefined;
  const notBeforeMs = delaySeconds ? now + delaySeconds * 1000 : undefined;
  return {
    id,
    tenant,
    type: submit.type,
    status: 'queued',
    seq: 1,
    keptSeq: 1,
    run: 0,
    maxRuns: type.limits.maxRuns,
    retentionDays: type.limits.retentionDays,
    createdAtMs: now,
    announcedSeq: 0,
    events: [{ type: 'job.queued', seq: 1, prevSeq: 0, timeMs: now }],
    digest,
    input,
    watchers,
    expiresAtSeconds: expiryOfUndone(notBeforeMs ?? now),
    ...(notBeforeMs !== undefined && { notBeforeMs }),
    ...(deadlineSeconds !== undefined && { deadlineAtMs: now + deadlineSeconds * 1000 }),
    ...(metadata !== undefined && { metadata }),
    ...(webhook !== undefined && { webhook }),
    ...(orderKey !== undefined && { orderKey }),
    ...(retryOf !== undefined && { retryOf }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** The time of a record's next event: clocks differ between machines, the log's times never go back. */
function nextTimeMs(record: JobRecord, now: number): number {
  return Math.max(now, record.events.at(-1)?.timeMs ?? 0, record.progress?.timeMs ?? 0);
}

type EventFields = Pick<StoredEvent, 'run' | 'error' | 'nextRunAtMs'>;

/** The change that appends one lifecycle event; throws where the lifecycle has no such step. */
function move(record: JobRecord, type: EventType, { now, ...fields }: EventFields & { now: number }): JobChange {
  const status = nextStatus(record.status, type);
  if (!status) throw new Error(`Cannot record ${type} for job ${record.id}: it is ${record.status}`);
  const seq = record.seq + 1;
  const event: StoredEvent = { type, seq, prevSeq: record.keptSeq, timeMs: nextTimeMs(record, now), ...fields };
  return { status, events: [event], set: { seq, keptSeq: seq }, unset: [] };
}

/** The change that ends a job. */
function end(record: JobRecord, type: EventType, now: number): JobChange {
  const change = move(record, type, { now });
  change.set.finishedAtMs = change.events[0]?.timeMs ?? now;
  change.set.expiresAtSeconds = expiryOfDone(now, record.retentionDays);
  change.unset.push('leaseUntilMs', 'notBeforeMs');
  return change;
}

/** Starts the next run, whose holder is the only writer until `leaseUntilMs`. */
export function claim(record: JobRecord, { now, leaseUntilMs }: { now: number; leaseUntilMs: number }): JobChange {
  const run = record.run + 1;
  const change = move(record, 'job.running', { now, run });
  Object.assign(change.set, { run, leaseUntilMs, expiresAtSeconds: expiryOfUndone(now) });
  if (record.startedAtMs === undefined) change.set.startedAtMs = change.events[0]?.timeMs ?? now;
  // The pause before a first run stays: it tells how long the job has waited since.
  change.unset.push('progress');
  return change;
}

/** Keeps the lease of a run. */
export function extendLease(record: JobRecord, leaseUntilMs: number): JobChange {
  return { status: record.status, events: [], set: { leaseUntilMs }, unset: [] };
}

/** Notes that everything up to `announcedSeq` has been pushed and sent to webhooks. */
export function noteAnnounced(record: JobRecord, announcedSeq: number): JobChange {
  return { status: record.status, events: [], set: { announcedSeq }, unset: [] };
}

/** Notes that a reader has sent the job's message again. */
export function noteResent(record: JobRecord, now: number): JobChange {
  return { status: record.status, events: [], set: { resentAtMs: now }, unset: [] };
}

/** Numbers parts, for the items to write before HEAD moves past them. `parts` are JSON texts. */
export function addParts(record: JobRecord, parts: string[], now: number): { stored: StoredPart[]; change: JobChange } {
  const timeMs = nextTimeMs(record, now);
  const stored = parts.map((json, index) => ({
    seq: record.seq + 1 + index,
    prevSeq: index === 0 ? record.keptSeq : record.seq + index,
    timeMs,
    run: record.run,
    json,
  }));
  const seq = record.seq + parts.length;
  const set = parts.length === 0 ? {} : { seq, keptSeq: seq };
  return { stored, change: { status: record.status, events: [], set, unset: [] } };
}

/** Replaces the latest progress. */
export function setProgress(record: JobRecord, progress: Progress, now: number): JobChange {
  const seq = record.seq + 1;
  const stored: StoredProgress = {
    seq,
    prevSeq: record.keptSeq,
    timeMs: nextTimeMs(record, now),
    run: record.run,
    ...progress,
  };
  return { status: record.status, events: [], set: { seq, progress: stored }, unset: [] };
}

/** Ends the job with its output. */
export function succeed(record: JobRecord, { now, output }: { now: number; output: StoredPayload }): JobChange {
  const change = end(record, 'job.succeeded', now);
  change.set.output = output;
  return change;
}

interface Failure {
  now: number;
  error: JobFailure;
  /** True: the job is listed among the dead letters. */
  dead?: boolean;
}

/** Ends the job as failed. */
export function fail(record: JobRecord, { now, error, dead = false }: Failure): JobChange {
  const change = end(record, 'job.failed', now);
  change.set.error = error;
  if (dead) change.set.deadAtMs = now;
  return change;
}

/** Ends the job because no run is left. `cause` is the last run's error. */
export function exhaust(record: JobRecord, { now, cause }: { now: number; cause: JobFailure }): JobChange {
  const { code, message } = cause;
  const runs = record.run === 1 ? '1 run' : `${record.run} runs`;
  const error = { code: 'runs-exhausted', message: `None of ${runs} succeeded`, cause: { code, message } };
  return fail(record, { now, error, dead: true });
}

/** Ends the job because its message could not be processed and ended in the dead-letter queue. */
export function bury(record: JobRecord, now: number): JobChange {
  const message = 'The message of the job could not be processed';
  return fail(record, { now, error: { code: 'dead-lettered', message }, dead: true });
}

/** Ends the job because no function runs its type any more. */
export function strand(record: JobRecord, now: number): JobChange {
  const message = `The job type ${record.type} was removed while the job waited`;
  return fail(record, { now, error: { code: 'dead-lettered', message }, dead: true });
}

/** Ends the job past its deadline. */
export function expire(record: JobRecord, now: number): JobChange {
  const change = end(record, 'job.timed-out', now);
  const message = `The job was not done by its deadline, ${new Date(deadlineOf(record)).toISOString()}`;
  change.set.error = { code: 'deadline-exceeded', message };
  return change;
}

/** Ends a job as canceled: for whoever holds its lease, or finds that nobody does. */
export function cancel(record: JobRecord, now: number): JobChange {
  return end(record, 'job.canceled', now);
}

/** Asks the run that holds the lease to stop. */
export function requestCancel(record: JobRecord, now: number): JobChange {
  return { status: record.status, events: [], set: { cancelRequestedAtMs: now }, unset: [] };
}

interface Retry {
  now: number;
  error: JobFailure;
  nextRunAtMs: number;
}

/** Puts the job back after a failed run, unless a cancel has been asked for: then the run must end it instead. */
export function retry(record: JobRecord, { now, error, nextRunAtMs }: Retry): JobChange {
  const change = move(record, 'job.retrying', { now, run: record.run, error, nextRunAtMs });
  change.set.notBeforeMs = nextRunAtMs;
  change.unset.push('leaseUntilMs');
  change.unlessCanceled = true;
  return change;
}

/** The record as `change` leaves it. */
export function applyChange(record: JobRecord, { status, events, set, unset }: JobChange): JobRecord {
  const changed = { ...record, ...set, status, events: [...record.events, ...events] };
  return Object.fromEntries(
    Object.entries(changed).filter(([field]) => field in set || !unset.includes(field as keyof JobRecord)),
  ) as unknown as JobRecord;
}

/** Two changes in one write: `second` was made from the record as `first` leaves it. */
export function combineChanges(first: JobChange, second: JobChange): JobChange {
  return {
    status: second.status,
    events: [...first.events, ...second.events],
    set: Object.fromEntries(
      Object.entries({ ...first.set, ...second.set }).filter(
        ([field]) => field in second.set || !second.unset.includes(field as keyof JobRecord),
      ),
    ),
    unset: [...first.unset.filter((field) => !(field in second.set)), ...second.unset],
    ...((first.unlessCanceled ?? second.unlessCanceled) && { unlessCanceled: true }),
  };
}
