import { isDone } from '../../protocol/lifecycle.ts';
import type { JobRecord } from '../core/job-record.ts';
import { logFieldsOf } from '../core/log-fields.ts';
import { log } from '../edge/log.ts';
import { measure } from '../edge/metrics.ts';

// A write to HEAD is noted by whoever made it, once it is known to be made. Its condition lets it be made once, so that
// nothing is counted twice, whoever repeats what. A function that dies in between leaves its write uncounted.

/** Notes that a job was made; a repeat of its submit makes none. */
export function noteCreated(record: JobRecord): void {
  const { type, retryOf } = record;
  measure('JobsAccepted', { Type: type });
  log.info('job created', { ...logFieldsOf(record), ...(retryOf !== undefined && { retryOf }) });
}

/**
 * Notes what somebody found due of a job that no run held, and did: the start of its next run, or its end. A run that
 * held it before has died, for it left no word.
 */
export function noteTaken(before: JobRecord, after: JobRecord): void {
  if (before.status === 'running') {
    log.warn('run died', logFieldsOf(before));
    if (after.status !== 'canceled') measure('RunsFailed', { Type: after.type });
  }
  if (isDone(after.status)) noteEnd(after);
  else noteStart(after, dueAtMs(before));
}

/** When a job's next run could start: once it was submitted, once its pause was over, or once the run before had died. */
function dueAtMs({ status, leaseUntilMs, notBeforeMs, createdAtMs }: JobRecord): number {
  return (status === 'running' ? leaseUntilMs : notBeforeMs) ?? createdAtMs;
}

/** Notes the start of a job's first run, by a claim that did not read the job before. */
export function noteFirstStart(after: JobRecord): void {
  noteStart(after, after.notBeforeMs ?? after.createdAtMs);
}

function noteStart(after: JobRecord, dueMs: number): void {
  const startedMs = after.events.at(-1)?.timeMs ?? dueMs;
  // Clocks differ between machines.
  const waitMs = Math.max(0, startedMs - dueMs);
  measure('QueueWaitMs', { Type: after.type }, waitMs);
  // One line a job is enough: that of its end, unless it dies.
  log.debug('run started', { ...logFieldsOf(after), waitMs });
}

/** Notes how a run ended by its own word, and with it, perhaps, its job. */
export function noteRunEnd(after: JobRecord): void {
  const { type: Type, status, run, events } = after;
  const started = events.findLast((event) => event.type === 'job.running' && event.run === run);
  const ended = events.at(-1);
  if (started && ended) measure('RunTimeMs', { Type }, ended.timeMs - started.timeMs);
  if (status !== 'succeeded' && status !== 'canceled') measure('RunsFailed', { Type });
  if (isDone(status)) noteEnd(after);
  else log.info('run failed, the job runs again', { ...logFieldsOf(after), code: ended?.error?.code });
}

function noteEnd(after: JobRecord): void {
  const { type: Type, status: Status, createdAtMs, deadAtMs, error } = after;
  measure('JobsFinished', { Type, Status });
  if (deadAtMs !== undefined) measure('JobsDied', { Type });
  const sinceSubmitMs = Date.now() - createdAtMs;
  log.info(`job ${Status}`, { ...logFieldsOf(after), sinceSubmitMs, ...(error && { code: error.code }) });
}
