import { changeJob } from '../aws/job-store.ts';
import { type JobChange, noteAnnounced } from '../core/job-changes.ts';
import type { JobRecord } from '../core/job-record.ts';
import { presentEvent } from '../core/job-view.ts';
import { announce } from '../deliver/announce.ts';
import { env } from '../env.ts';

/**
 * Ends a job from outside a run, and tells everyone who follows it. Undefined where another writer was first. Where
 * this stops half-way, whoever next holds the job's message tells what has not been told.
 */
export async function endJob(record: JobRecord, change: JobChange): Promise<JobRecord | undefined> {
  const ended = await changeJob(record, change);
  if (!ended) return undefined;
  const restUrl = env('REST_URL');
  await announce(
    ended,
    change.events.map((event) => presentEvent(ended, event, { restUrl })),
  );
  // Told once: the worker tells only what comes after.
  return (await changeJob(ended, noteAnnounced(ended, ended.seq))) ?? ended;
}
