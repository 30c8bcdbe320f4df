import { limits } from '../../protocol/limits.ts';
import type { JobRecord } from './job-record.ts';

/** What is known of a job's type at present. */
export interface TypeLoad {
  /** How long a run lasts. */
  meanMs?: number;
  /** Messages that wait in its queue. */
  waiting?: number;
  /** Runs at the same time, at the most. */
  concurrency: number;
}

type Timed = Pick<JobRecord, 'status' | 'createdAtMs' | 'notBeforeMs' | 'events' | 'progress' | 'run'>;

/**
 * When it is worth asking for an unfinished job again, in seconds: what is left of its run or of the queue before it,
 * or, where nothing is known or the estimate has run out, longer the longer it takes. Always 1 to 60.
 */
export function retryAfterSeconds(record: Timed, { load, nowMs }: { load: TypeLoad; nowMs: number }): number {
  const heldBackMs = Math.max(0, (record.notBeforeMs ?? 0) - nowMs);
  const expectedMs =
    record.status === 'running' ? leftOfRun(record, load, nowMs) : untilEnd(load, nowMs - lastStep(record));
  const ageMs = Math.max(0, nowMs - Math.max(lastStep(record), record.notBeforeMs ?? 0));
  const leftMs = heldBackMs + (expectedMs ?? ageMs / 4);
  return Math.min(limits.maxRetryAfterSeconds, Math.max(limits.minRetryAfterSeconds, Math.ceil(leftMs / 1000)));
}

const lastStep = ({ events, createdAtMs }: Timed) => events.at(-1)?.timeMs ?? createdAtMs;

/** By the run's own progress where it tells one, else by how long runs last; undefined past either. */
function leftOfRun(record: Timed, { meanMs }: TypeLoad, nowMs: number): number | undefined {
  const { progress, run } = record;
  const startedMs = lastStep(record);
  const { percent = 0, timeMs = 0 } = progress?.run === run ? progress : {};
  const ranMs = timeMs - startedMs;
  const byProgress = percent > 0 && ranMs > 0 ? (ranMs * 100) / percent : undefined;
  const leftMs = startedMs + (byProgress ?? meanMs ?? 0) - nowMs;
  return leftMs > 0 ? leftMs : undefined;
}

function untilEnd({ meanMs, waiting = 0, concurrency }: TypeLoad, waitedMs: number): number | undefined {
  if (meanMs === undefined) return undefined;
  const expectedMs = meanMs * (1 + waiting / concurrency);
  return waiting > 0 || expectedMs > waitedMs ? expectedMs : undefined;
}
