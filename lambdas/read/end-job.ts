import { changeJob } from '../aws/job-store.ts';
import { type JobChange, noteAnnounced } from '../core/job-changes.ts';
import type { JobRecord } from '../core/job-record.ts';
import { logFieldsOf } from '../core/log-fields.ts';
import { log } from '../edge/log.ts';
import { announceNews } from '../run/announce-news.ts';
import { noteTaken } from '../run/note-change.ts';

/** How long a run that has put its job back may still be telling of it; what is older was told, or never will be. */
const tellingMs = 5_000;

/**
 * Ends a job from outside a run, and tells everyone who follows it: of what a run that died did not tell, too.
 * Undefined where another writer was first, or is still telling of its own event, which must come before this one. Where
 * this stops half-way, whoever next holds the job's message tells what has not been told.
 */
export async function endJob(record: JobRecord, change: JobChange): Promise<JobRecord | undefined> {
  if (isBeingTold(record, change)) return undefined;
  const ended = await changeJob(record, change);
  if (!ended) return undefined;
  noteTaken(record, ended);
  try {
    await announceNews(ended);
  } catch (error) {
    // It has ended, which is what the caller asks for; the holder of its message tells of it.
    log.error('Cannot announce the end of a job', { ...logFieldsOf(ended), error });
    return ended;
  }
  // Told once: the worker tells only what comes after.
  return (await changeJob(ended, noteAnnounced(ended, ended.seq))) ?? ended;
}

function isBeingTold({ run, seq, announcedSeq, watchers, events }: JobRecord, { events: [end] }: JobChange): boolean {
  const newest = events.at(-1);
  if (run === 0 || announcedSeq >= seq || watchers.length === 0 || !newest || !end) return false;
  return end.timeMs - newest.timeMs < tellingMs;
}
