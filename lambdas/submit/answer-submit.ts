import { isDone } from '../../protocol/lifecycle.ts';
import type { JobType } from '../../protocol/types.ts';
import type { RateTaken } from '../aws/rate-limit.ts';
import { knownLoad } from '../aws/type-statistics.ts';
import { retryAfterSeconds } from '../core/retry-after.ts';
import type { HttpResponse } from '../edge/http.ts';
import { loadOutput, showJob } from '../read/show-job.ts';
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
  const { replayed, inputText, type, rate, waitSeconds } = accepted;
  const record = await waitForEnd(accepted);
  const isAwaited = waitSeconds !== undefined && isDone(record.status);
  const job = await showJob(await loadOutput({ record, input: inputText }));
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

async function waitForEnd({ record, waitSeconds, remainingMs }: Answered) {
  if (waitSeconds === undefined || isDone(record.status)) return record;
  const untilMs = endOfWait(waitSeconds, remainingMs());
  return (await waitForJob(record.id, { untilMs, enough: ({ status }) => isDone(status) })) ?? record;
}

/** What is known of a type's load, without a call. */
export function loadOf(type: JobType) {
  return { ...knownLoad(type), concurrency: type.limits.concurrency };
}
