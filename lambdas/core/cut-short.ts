import { cancel, expire, type JobChange } from './job-changes.ts';
import type { JobRecord } from './job-record.ts';

/**
 * The end of a job that must not go on, whoever finds it so. A cancel is accepted before the deadline only, so one that
 * was asked for counts, also where it came in since the record was read: the write is refused then.
 */
export function cutShort(record: JobRecord, now: number): JobChange {
  if (record.cancelRequestedAtMs !== undefined) return cancel(record, now);
  return { ...expire(record, now), unlessCanceled: true };
}
