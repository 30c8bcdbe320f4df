import { isDone } from '../../protocol/lifecycle.ts';
import type { JobRecord } from './job-record.ts';

/** No queue keeps a message for longer than 14 days, so no job is left undone for longer. */
const longestLifeMs = 14 * 86_400_000;

/** When the job must be done: its own deadline, or 14 days after its creation. */
export function deadlineOf(record: Pick<JobRecord, 'createdAtMs' | 'deadlineAtMs'>): number {
  return Math.min(record.deadlineAtMs ?? Number.POSITIVE_INFINITY, record.createdAtMs + longestLifeMs);
}

/** True where the job should have ended by now. Claims, runs and readers alike end it then. */
export function isOverdue(record: JobRecord, now: number): boolean {
  return !isDone(record.status) && deadlineOf(record) <= now;
}

/** What a run that is alive may take, past the deadline of its job, to stop and to say so. */
export const stoppingMs = 5_000;

/**
 * Until when nobody but the run of a running job may write it: while it has the lease, which may be a quarter of an hour,
 * but no longer than a moment past the deadline. A run that has not ended its job by then has died, or is stuck.
 */
export function heldUntil(record: JobRecord): number {
  return record.status === 'running' ? Math.min(record.leaseUntilMs ?? 0, deadlineOf(record) + stoppingMs) : 0;
}

/** True while a run holds the job: nobody else may write it. */
export function isHeld(record: JobRecord, now: number): boolean {
  return heldUntil(record) > now;
}

/** True where whoever finds the job so must end it: it is past its deadline, and no run is left to say so. */
export function mustExpire(record: JobRecord, now: number): boolean {
  return isOverdue(record, now) && !isHeld(record, now);
}

/** What a job's message is held back by. */
export type HeldBack = Pick<JobRecord, 'notBeforeMs' | 'deadlineAtMs' | 'createdAtMs'>;

/**
 * What is left of the job's delay or pause, in whole seconds, at most SQS's 900. A deadline before that cuts it short:
 * whoever gets the message then ends the job, and tells those who follow it.
 */
export function remainingDelaySeconds(record: HeldBack, now: number): number {
  const dueAtMs = Math.min(record.notBeforeMs ?? 0, deadlineOf(record));
  return Math.min(900, Math.max(0, Math.ceil((dueAtMs - now) / 1000)));
}
