import { setTimeout as pause } from 'node:timers/promises';
import { isDone } from '../../protocol/lifecycle.ts';
import type { JobEvent } from '../../protocol/types.ts';
import { jobIdPattern } from '../core/job-id.ts';
import { assembleLog } from '../core/job-log.ts';
import type { JobRecord, LogEntry } from '../core/job-record.ts';
import { outputToLoad, presentEvent } from '../core/job-view.ts';
import { loadOutput } from './job-payloads.ts';
import { readLog } from './job-store.ts';

/** Between two reads that found nothing new; it grows with every one of them. */
const firstPauseMs = 100;
const lastPauseMs = 1_000;
const pauseGrowth = 1.3;

/** What one read of a log after a cursor found. */
export interface LogRead {
  record: JobRecord;
  entries: LogEntry[];
  /** False where there is more to read at once. */
  complete: boolean;
}

/**
 * Reads what follows a cursor: one consistent Query, and another one only where the first is filled with what a dead
 * run, or a former life of the job's id, left behind. Undefined where there is no such job.
 *
 * @param asOf the record that says how far the log goes. @default the one that is read along with it
 */
export async function readAfter(id: string, after: number, asOf?: JobRecord): Promise<LogRead | undefined> {
  let read = jobIdPattern.test(id) ? await readLog(id, after) : undefined;
  while (read) {
    const { parts, next } = read;
    const record = asOf ?? read.record;
    const { events, complete } = assembleLog({ record, parts, after });
    if (complete || events.length > 0 || !next) return { record, entries: events, complete };
    read = await readLog(id, after, next);
  }
  return undefined;
}

export interface OpenLog {
  first: LogRead;
  /** The cursor that `first` follows. */
  after: number;
  /** True where the client's cursor is none of this log: it must be told, and gets the log from its start. */
  reset: boolean;
}

/** Opens a tenant's log at a cursor (undefined: one that is no number). Undefined where the tenant has no such job. */
export async function openLog(
  id: string,
  { tenant, cursor }: { tenant: string; cursor: number | undefined },
): Promise<OpenLog | undefined> {
  const after = cursor ?? 0;
  const first = await readAfter(id, after);
  if (first?.record.tenant !== tenant) return undefined;
  if (after <= first.record.seq) return { first, after, reset: cursor === undefined };
  const start = await readAfter(id, 0);
  return start && { first: start, after: 0, reset: true };
}

interface TailOptions {
  /** Nothing new is waited for later than this. */
  untilMs: number;
  /** Ends the tail at once. */
  signal?: AbortSignal;
}

/**
 * Follows a log from where it was opened: every read, the empty ones too, so that the reader can tell how the job
 * stands. Ends after the job's last event, when its time is up, or when the job is deleted.
 */
export async function* tailLog({ first, after }: OpenLog, { untilMs, signal }: TailOptions): AsyncGenerator<LogRead> {
  let cursor = after;
  let pauseMs = firstPauseMs;
  for (let read: LogRead | undefined = first; read; read = await readAfter(read.record.id, cursor)) {
    yield read;
    const found = read.entries.length > 0;
    cursor = read.entries.at(-1)?.seq ?? cursor;
    if (read.complete && isDone(read.record.status)) return;
    pauseMs = found ? firstPauseMs : Math.min(lastPauseMs, pauseMs * pauseGrowth);
    if (signal?.aborted) return;
    if (!read.complete && found) continue;
    const leftMs = untilMs - Date.now();
    if (leftMs <= 0) return;
    await pause(Math.min(pauseMs, leftMs), undefined, { signal }).catch(() => {});
  }
}

/** Entries as clients see them; the output of the last one is loaded where it must be shown. */
export async function presentEntries(
  record: JobRecord,
  entries: LogEntry[],
  options: { restUrl: string; whole?: boolean },
): Promise<JobEvent[]> {
  const needsOutput = entries.some((entry) => outputToLoad(record, entry, options));
  const output = needsOutput ? JSON.parse(await loadOutput(record)) : undefined;
  return entries.map((entry) => presentEvent(record, entry, { ...options, output }));
}
