import { isDone } from '../../protocol/lifecycle.ts';
import type { JobFailure } from '../../protocol/types.ts';
import { cutShort } from './cut-short.ts';
import { messageAwaitedUntil } from './forgotten-job.ts';
import { bury, claim, exhaust, type JobChange } from './job-changes.ts';
import { deadlineOf, heldUntil, isHeld, isOverdue } from './job-deadline.ts';
import type { JobRecord } from './job-record.ts';

/** What whoever received a job's message must do. */
export type Decision = { act: 'acknowledge' } | { act: 'wait'; untilMs: number } | { act: 'write'; change: JobChange };

const runLost: JobFailure = {
  code: 'run-lost',
  message: 'The run ended without a word: its process crashed, or ran out of memory or time',
};

/** The error of the last run: what it left when it failed, or that it left nothing. */
export function lastFailure({ events, run }: JobRecord): JobFailure {
  const last = events.findLast(({ type, run: of }) => type === 'job.retrying' && of === run);
  return last?.error ?? runLost;
}

/** The end of a job that must not run any more, whoever finds it so while nobody holds it. */
function endWithoutRun(record: JobRecord, now: number): JobChange | undefined {
  if (record.cancelRequestedAtMs !== undefined || isOverdue(record, now)) return cutShort(record, now);
  if (record.run >= record.maxRuns) return exhaust(record, { now, cause: lastFailure(record) });
  return undefined;
}

/** Whoever ended a job is done with telling of it by then: no function of the API lives longer. */
const tellingMs = 30_000;

/**
 * A job that is done needs no run. Where it was ended from outside a run, or may have two messages, somebody else may be
 * about to tell its watchers, and notes it then: they would hear of it twice. Only if it is still not told later on has
 * that function died.
 */
function acknowledge({ announcedSeq, seq, events, watchers, resentAtMs }: JobRecord, now: number): Decision {
  const end = events.at(-1);
  const fromOutside = end?.type === 'job.canceled' || end?.type === 'job.timed-out';
  const untilMs = (end?.timeMs ?? 0) + tellingMs;
  const isUntold = announcedSeq < seq && watchers.length > 0;
  if (isUntold && (fromOutside || resentAtMs !== undefined) && now < untilMs) return { act: 'wait', untilMs };
  return { act: 'acknowledge' };
}

/** What a worker does with a job whose message it received. */
export function decideClaim(record: JobRecord, { now, leaseUntilMs }: { now: number; leaseUntilMs: number }): Decision {
  if (isDone(record.status)) return acknowledge(record, now);
  if (isHeld(record, now)) return { act: 'wait', untilMs: heldUntil(record) };
  const end = endWithoutRun(record, now);
  if (end) return { act: 'write', change: end };
  const { notBeforeMs = 0 } = record;
  if (notBeforeMs > now) return { act: 'wait', untilMs: Math.min(notBeforeMs, deadlineOf(record)) };
  return { act: 'write', change: claim(record, { now, leaseUntilMs }) };
}

/**
 * What is done with a job whose message ended among the dead letters. One that was sent again, or has been run, may have
 * another message that is well: it is given as long as that one may take.
 */
export function decideBurial(record: JobRecord, now: number): Decision {
  if (isDone(record.status)) return acknowledge(record, now);
  if (isHeld(record, now)) return { act: 'wait', untilMs: heldUntil(record) };
  const end = endWithoutRun(record, now);
  const untilMs = record.run > 0 || record.resentAtMs !== undefined ? messageAwaitedUntil(record) : 0;
  if (!end && untilMs > now) return { act: 'wait', untilMs };
  return { act: 'write', change: end ?? bury(record, now) };
}
