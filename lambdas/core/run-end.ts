import { limits } from '../../protocol/limits.ts';
import type { JobFailure, TypeLimits } from '../../protocol/types.ts';
import { cutShort } from './cut-short.ts';
import { cancel, exhaust, fail, type JobChange, retry, succeed } from './job-changes.ts';
import { isOverdue } from './job-deadline.ts';
import type { JobRecord, StoredPayload } from './job-record.ts';

/** Why a run was told to stop. */
export type StopReason = 'canceled' | 'deadline' | 'timeout';

/** How a run ended. */
export type RunEnd = { output: StoredPayload } | { error: JobFailure; final: boolean } | { stopped: StopReason };

/** The pause before the next run: it doubles with each, and a fifth of it is left to chance (`random` in 0 to 1). */
export function backoffMs(
  { backoffSeconds, maxBackoffSeconds }: Pick<TypeLimits, 'backoffSeconds' | 'maxBackoffSeconds'>,
  { run, random }: { run: number; random: number },
): number {
  const seconds = Math.min(maxBackoffSeconds, backoffSeconds * 2 ** (run - 1));
  return Math.round(seconds * 1000 * (0.9 + 0.2 * random));
}

interface Circumstances {
  now: number;
  limits: TypeLimits;
  random: number;
}

/**
 * What a run's end makes of its job. A job that is to run again becomes `queued`. Past the deadline nothing counts any
 * more, not the output of a handler that came too late because it blocked its thread.
 */
export function endRun(record: JobRecord, end: RunEnd, { now, limits, random }: Circumstances): JobChange {
  const isLate = isOverdue(record, now) || ('stopped' in end && end.stopped === 'deadline');
  if ('output' in end && !isLate) return succeed(record, { now, output: end.output });
  if ('error' in end && end.final && !isLate) return fail(record, { now, error: end.error });
  if ('stopped' in end && end.stopped === 'canceled') return cancel(record, now);
  if (isLate || record.cancelRequestedAtMs !== undefined) return cutShort(record, now);
  const error = 'error' in end ? end.error : runTimeout(limits);
  if (record.run >= record.maxRuns) return exhaust(record, { now, cause: error });
  return retry(record, { now, error, nextRunAtMs: now + backoffMs(limits, { run: record.run, random }) });
}

function runTimeout({ timeoutSeconds }: TypeLimits): JobFailure {
  return { code: 'run-timeout', message: `The run was cut off after ${timeoutSeconds} s` };
}

/** A failure's texts within their bounds: they stand in HEAD, in events and in webhooks. */
export function boundFailure(code: string, message: string): JobFailure {
  return { code: boundText(code, 64), message: boundText(message, limits.maxErrorMessageLength) };
}

/** The first characters of a handler's text. The table takes no half of a surrogate pair, of the handler's or the cut's. */
export const boundText = (text: string, max: number): string => text.slice(0, max).toWellFormed();
