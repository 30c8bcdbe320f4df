import manifest from 'jobwire:manifest';
import { isDone } from '../../protocol/lifecycle.ts';
import { findJobWithPayloads } from '../aws/job-store.ts';
import { knownLoad, refreshLoads } from '../aws/type-statistics.ts';
import { matchesTag } from '../core/entity-tag.ts';
import { mustExpire } from '../core/job-deadline.ts';
import type { JobRecord } from '../core/job-record.ts';
import { jobTag } from '../core/job-tag.ts';
import { readWait } from '../core/prefer.ts';
import { retryAfterSeconds } from '../core/retry-after.ts';
import type { HttpRequest, HttpResponse } from '../edge/http.ts';
import { getOwnJobWithPayloads } from './find-own-job.ts';
import { settleJob } from './settle-job.ts';
import { type LoadedJob, showJob } from './show-job.ts';
import { endOfWait, waitForJob } from './wait-for-job.ts';

/** `GET /v1/jobs/{id}`: one Query, and no more calls for a job that is well and a client that does not wait. */
export async function getJob({ principal, path, headers, remainingMs }: HttpRequest): Promise<HttpResponse> {
  const ifNoneMatch = headers['if-none-match'];
  const waitSeconds = readWait(headers.prefer);
  const [found] = await Promise.all([getOwnJobWithPayloads(path.id, principal.tenant), refreshLoads()]);
  const settled = await settle(found);
  const job = waitSeconds === undefined ? settled : await wait(settled, { ifNoneMatch, waitSeconds, remainingMs });
  const { record } = job;
  const nowMs = Date.now();
  const etag = jobTag(record, nowMs);
  const answerHeaders = {
    etag,
    'cache-control': 'private, no-cache',
    vary: 'Authorization, Prefer',
    ...(!isDone(record.status) && { 'retry-after': retryAfter(record, nowMs) }),
    ...(waitSeconds !== undefined && { 'preference-applied': `wait=${waitSeconds}` }),
  };
  if (matchesTag(ifNoneMatch, etag)) return { status: 304, headers: answerHeaders };
  return { status: 200, headers: answerHeaders, body: await showJob(job) };
}

async function settle(job: LoadedJob): Promise<LoadedJob> {
  return { ...job, record: await settleJob(job.record, Date.now()) };
}

interface Wait {
  ifNoneMatch: string | undefined;
  waitSeconds: number;
  remainingMs(): number;
}

/** Holds the answer until the job is done, or, for a client that names what it has, until there is something else. */
async function wait(job: LoadedJob, { ifNoneMatch, waitSeconds, remainingMs }: Wait): Promise<LoadedJob> {
  const isNews = (record: JobRecord) =>
    isDone(record.status) || (ifNoneMatch !== undefined && !matchesTag(ifNoneMatch, jobTag(record, Date.now())));
  if (isNews(job.record)) return job;
  const enough = (record: JobRecord) => isNews(record) || mustExpire(record, Date.now());
  const record = await waitForJob(job.record.id, { untilMs: endOfWait(waitSeconds, remainingMs()), enough });
  if (!record || record.seq === job.record.seq) return settle(job);
  return settle((await findJobWithPayloads(record.id)) ?? job);
}

function retryAfter(record: JobRecord, nowMs: number): string {
  const type = manifest.types[record.type];
  const concurrency = type?.limits.concurrency ?? 1;
  const load = { ...(type && knownLoad(type)), concurrency };
  return String(retryAfterSeconds(record, { load, nowMs }));
}
