import { isDone } from '../../protocol/lifecycle.ts';
import type { JobType } from '../../protocol/types.ts';
import type { RateTaken } from '../aws/rate-limit.ts';
import { knownLoad } from '../aws/type-statistics.ts';
import { logFieldsOf } from '../core/log-fields.ts';
import { retryAfterSeconds } from '../core/retry-after.ts';
import type { HttpResponse } from '../edge/http.ts';
import { log } from '../edge/log.ts';
import { type LoadedJob, loadOutput, showJob } from '../read/show-job.ts';
import { endOfWait, waitForJob } from '../read/wait-for-job.ts';
import type { StoredJob } from './accept-job.ts';

interface Answered extends StoredJob {
  inputText: string;
  type: JobType;
  rate: RateTaken;
  /** Of `Prefer: wait=N`. */
  waitSeconds: number | undefined;
  remainingMs(): number;
}

/** The answer to an accepted submit: 202, or 200 where the client waited and the job is done in time. */
export async function answerSubmit(accepted: Answered): Promise<HttpResponse> {
  const { replayed, type, rate, waitSeconds } = accepted;
  const loaded = await loadOutcome(accepted);
  const { record } = loaded;
  const isAwaited = waitSeconds !== undefined && isDone(record.status);
  const job = await showJob(loaded);
  return {
    status: isAwaited ? 200 : 202,
    headers: {
      location: job.links.self,
      ...(!job.done && { 'retry-after': String(retryAfterSeconds(record, { load: loadOf(type), nowMs: Date.now() })) }),
      ...(isAwaited && { 'preference-applied': `wait=${waitSeconds}` }),
      ...(replayed && { 'idempotency-replayed': 'true' }),
      ...rate.headers,
      ...(record.traceparent !== undefined && { traceparent: record.traceparent }),
    },
    body: job,
  };
}

/** The job after the wait, if there is one; a new job that cannot be read again is shown as it was accepted. */
async function loadOutcome(accepted: Answered): Promise<LoadedJob> {
  const { record, inputText: input, replayed } = accepted;
  try {
    return await loadOutput({ record: await waitForEnd(accepted), input });
  } catch (error) {
    // Who hears of a fault, and gave no key, submits the job a second time. A repeat has a key, and may be repeated.
    if (replayed) throw error;
    log.error('Cannot wait for a job that has been accepted', { ...logFieldsOf(record), error });
    return { record, input };
  }
}

async function waitForEnd({ record, waitSeconds, remainingMs }: Answered) {
  if (waitSeconds === undefined || isDone(record.status)) return record;
  const untilMs = endOfWait(waitSeconds, remainingMs());
  return (await waitForJob(record.id, { untilMs, enough: ({ status }) => isDone(status) })) ?? record;
}

/** What is known of a type's load, without a call. */
export function loadOf(type: JobType) {
  return { ...knownLoad(type), concurrency: type.limits.concurrency };
}
