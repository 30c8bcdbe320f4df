import manifest from 'jobwire:manifest';
import { sendJob } from '../aws/job-queue.ts';
import { changeJob, findJob } from '../aws/job-store.ts';
import { cutShort } from '../core/cut-short.ts';
import { isForgotten } from '../core/forgotten-job.ts';
import { type JobChange, noteResent, strand } from '../core/job-changes.ts';
import { mustExpire } from '../core/job-deadline.ts';
import type { JobRecord } from '../core/job-record.ts';
import { logFieldsOf } from '../core/log-fields.ts';
import { queuedAs } from '../core/queued-as.ts';
import { log } from '../edge/log.ts';
import { endJob } from './end-job.ts';

/**
 * Sees to it that whoever reads a job sees it move on: ends it past its deadline where no run does, and sends its
 * message again where it may be lost. Returns the job as it then is. Costs no call for a job that is well.
 */
export async function settleJob(record: JobRecord, now: number): Promise<JobRecord> {
  if (mustExpire(record, now)) return end(record, cutShort(record, now));
  if (!isForgotten(record, now)) return record;
  const type = manifest.types[record.type];
  if (!type) return end(record, strand(record, now));
  // Noted first, on condition: of many readers at the same moment one sends.
  if (await changeJob(record, noteResent(record, now))) await resend(queuedAs(record, type));
  return record;
}

async function end(record: JobRecord, change: JobChange): Promise<JobRecord> {
  return (await endJob(record, change)) ?? (await findJob(record.id)) ?? record;
}

async function resend(record: JobRecord): Promise<void> {
  try {
    await sendJob(record);
  } catch (error) {
    // The record is there, which is what the caller asks for; a later read sends.
    log.error('Cannot send the message of a job again', { ...logFieldsOf(record), error });
  }
}
