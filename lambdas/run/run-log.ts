import { limits } from '../../protocol/limits.ts';
import type { Json, Progress } from '../../protocol/types.ts';
import { saveParts } from '../aws/job-payloads.ts';
import { addParts, applyChange, combineChanges, setProgress } from '../core/job-changes.ts';
import type { JobRecord } from '../core/job-record.ts';
import { boundText } from '../core/run-end.ts';
import { JobError } from '../define-job.ts';
import type { HeadWrite } from './head-writer.ts';

/** Parts are written at most this often, and HEAD for the sake of progress alone at most every half second. */
const partsPauseMs = 250;
const progressPauseMs = 500;
/** A handler that emits faster than the table takes it waits once this much is buffered. */
const maxBufferedBytes = 1024 * 1024;

/** What a run emits, gathered until it is written. */
export interface RunLog {
  /** Resolves once the part is taken. Rejects where it is no JSON or too large, or the run is over. */
  emit(part: Json): Promise<void>;
  progress(percent?: number, message?: string): void;
  /** Stores the gathered parts and makes the change that moves HEAD past them; undefined where there is nothing. */
  take(record: JobRecord): Promise<HeadWrite | undefined>;
  /** Takes nothing from here on; done when no flush is under way. */
  close(): Promise<void>;
}

/** Opens the log of a run. `flush` writes what `take` makes; it handles its own failures. */
export function openRunLog(flush: () => Promise<void>): RunLog {
  let parts: string[] = [];
  let bytes = 0;
  let level: Progress | undefined;
  let flushedAtMs = Date.now();
  let timer: NodeJS.Timeout | undefined;
  let dueAtMs = Number.POSITIVE_INFINITY;
  let isClosed = false;
  let flushing: Promise<void> = Promise.resolve();

  function schedule(pauseMs: number): void {
    const nextMs = Math.max(Date.now(), flushedAtMs + pauseMs);
    if (nextMs >= dueAtMs) return;
    clearTimeout(timer);
    dueAtMs = nextMs;
    timer = setTimeout(flushNow, nextMs - Date.now());
  }

  function flushNow(): Promise<void> {
    clearTimeout(timer);
    dueAtMs = Number.POSITIVE_INFINITY;
    flushedAtMs = Date.now();
    // Flushes end in turn: who waits for the last one waits for all.
    flushing = flush();
    return flushing;
  }

  return {
    async emit(part) {
      if (isClosed) throw new Error('Cannot emit a part: the run is over');
      const json = partText(part);
      parts.push(json);
      bytes += json.length;
      if (bytes >= maxBufferedBytes) await flushNow();
      else schedule(partsPauseMs);
    },

    progress(percent, message) {
      if (isClosed) return;
      level = progressOf(percent, message);
      schedule(progressPauseMs);
    },

    async take(record) {
      if (parts.length === 0 && !level) return undefined;
      const [texts, newest] = [parts, level];
      [parts, bytes, level] = [[], 0, undefined];
      const now = Date.now();
      const { stored, change } = addParts(record, texts, now);
      try {
        if (stored.length > 0) await saveParts(record, stored);
      } catch (error) {
        // Nothing that was emitted may be missing where whoever takes tries again.
        [parts, level] = [[...texts, ...parts], level ?? newest];
        throw error;
      }
      if (!newest) return { change, parts: stored };
      const progress = setProgress(applyChange(record, change), newest, now);
      return { change: combineChanges(change, progress), parts: stored };
    },

    close() {
      isClosed = true;
      clearTimeout(timer);
      return flushing;
    },
  };
}

function partText(part: Json): string {
  const json: string | undefined = JSON.stringify(part);
  if (json === undefined) {
    throw new JobError('invalid-part', `Cannot emit ${typeof part}: a part must be JSON`, { final: true });
  }
  const bytes = Buffer.byteLength(json);
  if (bytes <= limits.maxPartBytes) return json;
  const message = `Cannot emit a part of ${bytes} bytes: it must be at most ${limits.maxPartBytes}, more goes into the output`;
  throw new JobError('part-too-large', message, { final: true });
}

function progressOf(percent: number | undefined, message: string | undefined): Progress {
  return {
    ...(percent !== undefined && Number.isFinite(percent) && { percent: Math.min(100, Math.max(0, percent)) }),
    ...(message !== undefined && { message: boundText(String(message), limits.maxProgressMessageLength) }),
  };
}
