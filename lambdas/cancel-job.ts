import { ApiError } from '../protocol/errors.ts';
import { isDone } from '../protocol/lifecycle.ts';
import { changeJob } from './aws/job-store.ts';
import { cancel, requestCancel } from './core/job-changes.ts';
import { isHeld } from './core/job-deadline.ts';
import type { JobRecord } from './core/job-record.ts';
import { type HttpRequest, type HttpResponse, http } from './edge/http.ts';
import { env } from './env.ts';
import { endJob } from './read/end-job.ts';
import { getOwnJobWithPayloads } from './read/find-own-job.ts';
import { showJob } from './read/show-job.ts';

export const handler = http(env('REST_URL'), { cancelJob });

/** A writer that is beaten reads again: the job then stands one step further on, and has few steps. */
const attempts = 10;

/** `POST /v1/jobs/{id}/cancel`: 200 where nobody runs the job, 202 where its run is told to stop, 409 where it is done. */
async function cancelJob({ principal, path }: HttpRequest): Promise<HttpResponse> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const job = await getOwnJobWithPayloads(path.id, principal.tenant);
    if (isDone(job.record.status)) {
      throw new ApiError('job-done', `Cannot cancel the job: it is done already, as ${job.record.status}`);
    }
    const now = Date.now();
    const isRunning = isHeld(job.record, now);
    const record = await (isRunning ? askToStop(job.record, now) : endAtOnce(job.record, now));
    if (record) return { status: isRunning ? 202 : 200, body: await showJob({ ...job, record }) };
  }
  throw new ApiError('unavailable', 'Cannot cancel the job: it changes too fast', { headers: { 'retry-after': '1' } });
}

/** Queued, or running by a lease that has expired: there is no run to ask. */
function endAtOnce(record: JobRecord, now: number): Promise<JobRecord | undefined> {
  return endJob(record, cancel(record, now));
}

async function askToStop(record: JobRecord, now: number): Promise<JobRecord | undefined> {
  return record.cancelRequestedAtMs === undefined ? changeJob(record, requestCancel(record, now)) : record;
}
