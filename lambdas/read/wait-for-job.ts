import { setTimeout as pause } from 'node:timers/promises';
import { findJob } from '../aws/job-store.ts';
import type { JobRecord } from '../core/job-record.ts';

interface Wait {
  untilMs: number;
  /** True for the record that was waited for. */
  enough(record: JobRecord): boolean;
}

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** Reads a job again and again, ever more slowly, until it is as wanted or the time is up. Undefined: it is gone. */
export async function waitForJob(id: string, { untilMs, enough }: Wait): Promise<JobRecord | undefined> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 1.5)) {
    await pause(Math.max(0, Math.min(pauseMs, untilMs - Date.now())));
    const record = await findJob(id);
    if (!record || enough(record) || Date.now() >= untilMs) return record;
  }
}

/** What a request keeps back of its time for the answer. */
const spareMs = 3_000;

/** When a wait of so many seconds ends, for a request that the platform ends in `remainingMs`. */
export function endOfWait(waitSeconds: number, remainingMs: number): number {
  return Date.now() + Math.max(0, Math.min(waitSeconds * 1000, remainingMs - spareMs));
}
