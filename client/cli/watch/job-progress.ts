import { isDone, type JobStatus, nextStatus } from '../../../protocol/lifecycle.ts';
import type { Job, JobFailure } from '../../../protocol/types.ts';
import type { WholeEvent } from '../../whole-event.ts';

/** Where a job stands, as far as its events have told. */
export interface JobProgress {
  id: string;
  type: string;
  status: JobStatus;
  done: boolean;
  /** The cursor. */
  seq: number;
  run: number;
  maxRuns: number;
  percent?: number | undefined;
  message?: string | undefined;
  error?: JobFailure | undefined;
  /** Of a job that waits for its next run. */
  nextRunAtMs?: number | undefined;
  createdAtMs: number;
  /** Of the first run. */
  startedAtMs?: number | undefined;
  finishedAtMs?: number | undefined;
}

/** Where `job` stood before the events after `seq`. */
export function progressOf(job: Job, seq: number): JobProgress {
  const { id, type, status, done, run, maxRuns, progress } = job;
  return {
    ...{ id, type, seq, run, maxRuns },
    // What the events are about to tell is not told ahead of them.
    ...(done ? { status: 'queued', done: false } : { status, done, ...progress }),
    createdAtMs: Date.parse(job.createdAt),
    startedAtMs: job.startedAt === undefined ? undefined : Date.parse(job.startedAt),
  };
}

/** Where the job stands after `event`. */
export function afterEvent(before: JobProgress, event: WholeEvent): JobProgress {
  const atMs = Date.parse(event.time);
  const status = nextStatus(before.status, event.type) ?? statusOf(event, before.status);
  const now = { ...before, seq: event.seq, status, done: isDone(status) };
  switch (event.type) {
    case 'job.running':
      return {
        ...now,
        ...{ run: event.data.run, startedAtMs: before.startedAtMs ?? atMs },
        ...{ percent: undefined, message: undefined, nextRunAtMs: undefined },
      };
    case 'job.progress': {
      const { percent, message } = event.data;
      return { ...now, percent: percent ?? before.percent, message: message ?? before.message };
    }
    case 'job.retrying':
      return { ...now, ...{ percent: undefined, message: undefined }, nextRunAtMs: Date.parse(event.data.nextRunAt) };
    case 'job.failed':
    case 'job.timed-out':
      return { ...now, error: event.data.error, finishedAtMs: atMs };
    case 'job.succeeded':
    case 'job.canceled':
      return { ...now, finishedAtMs: atMs };
    default:
      return now;
  }
}

/** The status that an event says, where what came before it is not known. */
function statusOf(event: WholeEvent, before: JobStatus): JobStatus {
  return 'status' in event.data ? event.data.status : before;
}
