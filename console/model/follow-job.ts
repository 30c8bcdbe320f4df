import { isDone, type JobStatus, nextStatus } from '../../protocol/lifecycle.ts';
import type { Job, JobEvent, JobFailure, Json, Progress } from '../../protocol/types.ts';
import { memberOf, runOf } from './timeline.ts';

/** `job` as it is after `event`. Events that it knows already change nothing. */
export function afterEvent(job: Job, event: JobEvent): Job {
  if (event.seq <= job.seq) return job;
  const status = nextStatus(job.status, event.type) ?? job.status;
  const next: Job = { ...job, status, done: isDone(status), seq: event.seq };
  switch (event.type) {
    case 'job.running':
      return { ...without(next, 'progress'), run: runOf(event) ?? job.run, startedAt: job.startedAt ?? event.time };
    case 'job.progress':
      return { ...next, progress: progressOf(event) };
    case 'job.succeeded':
      return { ...next, ...finished(event), ...outputOf(event) };
    case 'job.failed':
    case 'job.timed-out':
      return { ...next, ...finished(event), ...failureOf(event) };
    case 'job.canceled':
      return { ...next, ...finished(event) };
    default:
      return next;
  }
}

/** What a job needs now: shown beside its status. */
export function canCancel({ done }: Pick<Job, 'done'>): boolean {
  return !done;
}

/** Only what is done and did not succeed can be retried. */
export function canRetry({ done, status }: { done: boolean; status: JobStatus }): boolean {
  return done && status !== 'succeeded';
}

function progressOf(event: JobEvent): Progress {
  const percent = memberOf(event, 'percent');
  const message = memberOf(event, 'message');
  return { ...(typeof percent === 'number' && { percent }), ...(typeof message === 'string' && { message }) };
}

const finished = ({ time }: JobEvent) => ({ finishedAt: time });

function outputOf(event: JobEvent): { output?: Json } {
  const output = memberOf(event, 'output');
  return output === undefined ? {} : { output };
}

function failureOf(event: JobEvent): { error?: JobFailure } {
  const error = memberOf(event, 'error');
  return isFailure(error) ? { error } : {};
}

function isFailure(value: unknown): value is JobFailure {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

function without<Name extends keyof Job>(job: Job, name: Name): Omit<Job, Name> {
  const { [name]: _left, ...rest } = job;
  return rest;
}
