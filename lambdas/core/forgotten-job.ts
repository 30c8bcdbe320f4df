import { isDone } from '../../protocol/lifecycle.ts';
import type { JobRecord } from './job-record.ts';

const forgottenAfterMs = 15 * 60_000;
const resendEveryMs = 60 * 60_000;

/**
 * True for a job whose message may be lost: nobody has claimed it for 15 minutes since it could be. Its message is then
 * sent again, at most hourly; claims make a second message harmless.
 */
export function isForgotten(record: JobRecord, now: number): boolean {
  if (isDone(record.status) || (record.resentAtMs !== undefined && now - record.resentAtMs < resendEveryMs))
    return false;
  return now - claimableSince(record) > forgottenAfterMs;
}

/** By when a message of the job that is well has brought it to a worker. */
export function messageAwaitedUntil(record: JobRecord): number {
  return Math.max(claimableSince(record), record.resentAtMs ?? 0) + forgottenAfterMs;
}

function claimableSince({ status, leaseUntilMs = 0, notBeforeMs = 0, events, createdAtMs }: JobRecord): number {
  return status === 'running' ? leaseUntilMs : Math.max(notBeforeMs, events.at(-1)?.timeMs ?? createdAtMs);
}
