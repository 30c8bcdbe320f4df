import { ApiError } from '../../protocol/errors.ts';
import { sendJob } from '../aws/job-queue.ts';
import { changeJob, createJob } from '../aws/job-store.ts';
import { noteResent } from '../core/job-changes.ts';
import { remainingDelaySeconds } from '../core/job-deadline.ts';
import type { JobRecord } from '../core/job-record.ts';
import { queuedAs } from '../core/queued-as.ts';
import { log } from '../edge/log.ts';
import { noteCreated } from '../run/note-change.ts';
import type { JobDraft } from './draft-job.ts';

/** A job that is in the table. */
export interface StoredJob {
  record: JobRecord;
  /** True: an earlier request with the same idempotency key has made it. */
  replayed: boolean;
  /** True: its message is due, for the first time, or again as nobody can tell whether the first one was sent. */
  unsent: boolean;
}

/** Puts a new job, or finds the one that its idempotency key made. Throws `idempotency-mismatch`. */
export async function storeJob({ record, inputText }: JobDraft): Promise<StoredJob> {
  const outcome = await createJob(record, inputText);
  if (outcome.created) {
    noteCreated(record);
    return { record, replayed: false, unsent: true };
  }
  const { existing } = outcome;
  if (existing.digest !== record.digest) {
    const detail = 'Cannot accept the job: its idempotency key belongs to an earlier request with another body';
    throw new ApiError('idempotency-mismatch', detail);
  }
  // With the trace of this request, and the id by which the job's own is found.
  log.info('job submitted again', { job: existing.id, tenant: existing.tenant, type: existing.type });
  // The draft is of the type as it is now; the job may have been made by an earlier deployment.
  const current = queuedAs(existing, { ordered: record.orderKey !== undefined });
  return { record: current, replayed: true, unsent: await mayBeUnsent(existing) };
}

/**
 * True for a job that no run has claimed yet: nobody can tell whether its message was sent. HEAD is told first that
 * there may be two, so that the run notes in it what it told its watchers, and the other message tells nothing again.
 */
async function mayBeUnsent(record: JobRecord): Promise<boolean> {
  if (record.status !== 'queued' || record.run > 0) return false;
  return (await changeJob(record, noteResent(record, Date.now()))) !== undefined;
}

/**
 * Stores a job and sends its message, in this order: a crash in between leaves a record that no client was told of, and
 * that a repeat with the same idempotency key finds and sends.
 */
export async function acceptJob(draft: JobDraft): Promise<StoredJob> {
  const stored = await storeJob(draft);
  const { record, unsent } = stored;
  if (unsent) await sendJob(record, { delaySeconds: remainingDelaySeconds(record, Date.now()) });
  return stored;
}
