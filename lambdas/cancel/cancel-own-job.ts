import { setTimeout as pause } from 'node:timers/promises';
import { ApiError } from '../../protocol/errors.ts';
import { isDone } from '../../protocol/lifecycle.ts';
import { changeJob } from '../aws/job-store.ts';
import { cutShort } from '../core/cut-short.ts';
import { cancel, requestCancel } from '../core/job-changes.ts';
import { isHeld, isOverdue } from '../core/job-deadline.ts';
import type { JobRecord } from '../core/job-record.ts';
import { logFieldsOf } from '../core/log-fields.ts';
import { log } from '../edge/log.ts';
import { endJob } from '../read/end-job.ts';
import { getOwnJobWithPayloads } from '../read/find-own-job.ts';
import type { LoadedJob } from '../read/show-job.ts';

/** A writer that is beaten, or that must let another one finish, reads again after a moment that grows. */
const attempts = 15;
const pauseMs = 50;

/**
 * Cancels a tenant's job: at once where nobody runs it, else by telling its run to stop. Throws `not-found`, `job-done`,
 * or `unavailable` where it changes too fast.
 *
 * @returns the job after that; `isRunning` where it is told to stop
 */
export async function cancelOwnJob(
  id: string | undefined,
  tenant: string,
): Promise<LoadedJob & { isRunning: boolean }> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await pause(attempt * pauseMs);
    const job = await getOwnJobWithPayloads(id, tenant);
    if (isDone(job.record.status)) throw tooLate(`it is done already, as ${job.record.status}`);
    const now = Date.now();
    const isRunning = isHeld(job.record, now);
    // Told in time: that holds, even past the deadline.
    if (isRunning && job.record.cancelRequestedAtMs !== undefined) return { ...job, isRunning };
    if (isOverdue(job.record, now)) {
      // Nobody has come to end it yet. A run that is still stopping does so itself.
      if (!isRunning) await endJob(job.record, cutShort(job.record, now));
      throw tooLate('its deadline has passed');
    }
    const record = await (isRunning ? askToStop(job.record, now) : endAtOnce(job.record, now));
    if (record) return { ...job, record, isRunning };
  }
  throw new ApiError('unavailable', 'Cannot cancel the job: it changes too fast', { headers: { 'retry-after': '1' } });
}

const tooLate = (reason: string) => new ApiError('job-done', `Cannot cancel the job: ${reason}`);

/** Queued, or running by a lease that has expired: there is no run to ask. */
function endAtOnce(record: JobRecord, now: number): Promise<JobRecord | undefined> {
  return endJob(record, cancel(record, now));
}

async function askToStop(record: JobRecord, now: number): Promise<JobRecord | undefined> {
  const asked = await changeJob(record, requestCancel(record, now));
  if (asked) log.info('run asked to stop', logFieldsOf(asked));
  return asked;
}
