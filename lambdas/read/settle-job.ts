import { sendJob } from '../aws/job-queue.ts';
import { changeJob, findJob } from '../aws/job-store.ts';
import { isForgotten } from '../core/forgotten-job.ts';
import { expire, noteResent } from '../core/job-changes.ts';
import { isHeld, isOverdue } from '../core/job-deadline.ts';
import type { JobRecord } from '../core/job-record.ts';
import { endJob } from './end-job.ts';

/**
 * Sees to it that whoever reads a job sees it move on: ends it past its deadline where no run does, and sends its
 * message again where it may be lost. Returns the job as it then is. Costs no call for a job that is well.
 */
export async function settleJob(record: JobRecord, now: number): Promise<JobRecord> {
  if (isOverdue(record, now) && !isHeld(record, now)) {
    return (await endJob(record, expire(record, now))) ?? (await findJob(record.id)) ?? record;
  }
  // Noted first, on condition: of many readers at the same moment one sends.
  if (isForgotten(record, now) && (await changeJob(record, noteResent(record, now)))) await sendJob(record);
  return record;
}
