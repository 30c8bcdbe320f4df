import type { Json } from '../../protocol/types.ts';
import { changeJob, findJob } from '../aws/job-store.ts';
import type { JobChange } from '../core/job-changes.ts';
import type { JobRecord, LogEntry, StoredPart } from '../core/job-record.ts';
import { announceEntries } from './announce-news.ts';

/** One write to HEAD, with the parts that were stored for it and the output, as the channels must hear of them. */
export interface HeadWrite {
  change: JobChange;
  parts?: StoredPart[];
  output?: Json;
}

/** The one who writes HEAD while a run holds the lease. */
export interface HeadWriter {
  /** HEAD after the last write, or as it was last seen. */
  readonly record: JobRecord;
  /** When HEAD was last seen, in milliseconds since the epoch. */
  readonly seenAtMs: number;
  /**
   * Writes what `make` makes of HEAD, after all earlier writes; undefined where the condition failed. `make` may
   * have nothing to write.
   */
  write(make: (record: JobRecord) => Promise<HeadWrite | undefined>): Promise<JobRecord | undefined>;
  /** Reads HEAD between two writes. False where the run has lost its job. */
  look(): Promise<boolean>;
  /** Done when all that was written has been announced. */
  announced(): Promise<void>;
}

/** A job that a run has claimed. */
export interface ClaimedJob {
  record: JobRecord;
  /** Why the events up to the claim could not be announced, where that is so. */
  untold?: unknown;
}

/**
 * Opens the writer of a claimed job. `onSeen` is told of HEAD each time that it is seen, for what others may have asked
 * for in it. Once an announcement has failed, nothing later is announced before it: the next holder of the message does.
 */
export function openHeadWriter(claimed: ClaimedJob, onSeen: (record: JobRecord) => void): HeadWriter {
  const { untold } = claimed;
  let { record } = claimed;
  let seenAtMs = Date.now();
  let announcedSeq = untold === undefined ? record.seq : record.announcedSeq;
  // Writes and announcements each go one after another; an announcement does not hold up the next write.
  let writes: Promise<unknown> = Promise.resolve();
  let announcements: Promise<void> = untold === undefined ? Promise.resolve() : Promise.reject(untold);
  announcements.catch(() => {});

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = writes.then(work);
    writes = turn.catch(() => {});
    return turn;
  }

  function see(head: JobRecord): JobRecord {
    record = head;
    seenAtMs = Date.now();
    onSeen(head);
    return head;
  }

  function announceLater(head: JobRecord, { change, parts = [], output }: HeadWrite): void {
    const progress = change.set.progress ? [change.set.progress] : [];
    const entries: LogEntry[] = [...parts, ...progress, ...change.events].sort((one, other) => one.seq - other.seq);
    if (entries.length === 0) return;
    announcements = announcements
      .then(() => announceEntries(head, entries, output))
      .then(() => {
        announcedSeq = head.seq;
      });
    // Whoever waits for the announcements hears of a failure; the run itself goes on.
    announcements.catch(() => {});
  }

  return {
    get record() {
      return record;
    },
    get seenAtMs() {
      return seenAtMs;
    },
    write: (make) =>
      inTurn(async () => {
        const write = await make(record);
        if (!write) return record;
        const { change } = write;
        if (announcedSeq > record.announcedSeq) change.set.announcedSeq = announcedSeq;
        const head = await changeJob(record, change);
        if (!head) return undefined;
        announceLater(see(head), write);
        return head;
      }),
    look: () =>
      inTurn(async () => {
        const head = await findJob(record.id);
        const { createdAtMs, run } = record;
        // Another run's HEAD must not become ours: the next write would then be made in its name.
        if (head?.createdAtMs !== createdAtMs || head.run !== run || head.status !== 'running') return false;
        see(head);
        return true;
      }),
    announced: () => announcements,
  };
}
