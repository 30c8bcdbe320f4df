import manifest from 'jobwire:manifest';
import { ApiError, type Fault } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { Json } from '../../protocol/types.ts';
import { clearDeadLetter, listDeadLetters } from '../aws/job-lists.ts';
import { sendJobs } from '../aws/job-queue.ts';
import { findJob, findJobWithPayloads } from '../aws/job-store.ts';
import { inParallel } from '../core/in-parallel.ts';
import { jobIdPattern } from '../core/job-id.ts';
import type { JobRecord } from '../core/job-record.ts';
import { kindOf, readFields, refuseFaults } from '../core/read-fields.ts';
import type { HttpRequest, HttpResponse } from '../edge/http.ts';
import { storeJob } from './accept-job.ts';
import { draftJob } from './draft-job.ts';
import { retryOf } from './draft-retry.ts';

const parallelJobs = 10;
const pageSize = limits.maxPageSize;
/** A redrive that needs longer stops, says `more: true`, and goes on with the next request. */
const spareMs = 10_000;

/**
 * `POST /v1/dead-letters/redrive`: new, linked jobs for dead letters, which leave the list. A repeat makes no second
 * job: the new one's id comes from the old one's. Not counted against the tenant's rate, for it is an operator's act.
 */
export async function redriveDeadLetters({ principal, json, remainingMs }: HttpRequest): Promise<HttpResponse> {
  const { jobs, type } = readRedrive(json({ ifEmpty: {} }));
  const { tenant } = principal;
  if (jobs) {
    const records = await findNamed(jobs, tenant);
    return { status: 202, body: { jobs: await redrive(records, { isNamed: true }) } };
  }
  const made: string[] = [];
  let page: string | undefined;
  do {
    const found = await listDeadLetters(tenant, { limit: pageSize, ...(type && { type }), ...(page && { page }) });
    made.push(...(await redrive(found.records, { isNamed: false })));
    page = found.next;
  } while (page !== undefined && remainingMs() > spareMs);
  return { status: 202, body: { jobs: made, ...(page !== undefined && { more: true }) } };
}

function readRedrive(body: Json): { jobs?: string[]; type?: string } {
  const { faults, fault, faultAt, field, text, refuseUnknown } = readFields(body);
  const type = text('type', { max: limits.maxIdLength });
  if (type !== undefined && !Object.hasOwn(manifest.types, type)) {
    fault('type', `Must be one of ${Object.keys(manifest.types).join(', ')}`);
  }
  const jobs = field('jobs');
  if (jobs !== undefined && type !== undefined) fault('jobs', 'Not allowed together with a type');
  if (jobs !== undefined && (!Array.isArray(jobs) || jobs.length === 0 || jobs.length > pageSize)) {
    const found = Array.isArray(jobs) ? `has ${jobs.length}` : `is ${kindOf(jobs)}`;
    fault('jobs', `Must be an array of 1 to ${pageSize} job ids, ${found}`);
  } else if (Array.isArray(jobs)) {
    for (const [index, id] of jobs.entries()) {
      if (typeof id !== 'string' || !jobIdPattern.test(id)) faultAt(`/jobs/${index}`, 'Must be the id of a job');
    }
  }
  refuseUnknown();
  refuseFaults(faults, 'the redrive');
  return { ...(Array.isArray(jobs) && { jobs: [...new Set(jobs.map(String))] }), ...(type !== undefined && { type }) };
}

/** What stays a dead letter for a repeat, whether or not it is listed still. */
const isDead = ({ error, deadAtMs }: JobRecord) =>
  deadAtMs !== undefined || error?.code === 'runs-exhausted' || error?.code === 'dead-lettered';

async function findNamed(ids: string[], tenant: string): Promise<JobRecord[]> {
  const found = new Map<string, JobRecord>();
  const errors: Fault[] = [];
  await inParallel([...ids.entries()], parallelJobs, async ([index, id]) => {
    const record = await findJob(id);
    if (record?.tenant === tenant && isDead(record)) found.set(id, record);
    else errors.push({ pointer: `/jobs/${index}`, detail: 'Must be the id of a dead letter, is none' });
  });
  refuseFaults(errors, 'the redrive');
  return ids.flatMap((id) => found.get(id) ?? []);
}

/**
 * Makes and sends the new jobs, and takes the old ones off the list once that is done. A job whose type is gone, or
 * takes its input no more, stays in the list; where it was named, the request fails with the reason.
 */
async function redrive(records: JobRecord[], { isNamed }: { isNamed: boolean }): Promise<string[]> {
  const made = new Map<JobRecord, JobRecord>();
  await inParallel(records, parallelJobs, async (record) => {
    const loaded = await findJobWithPayloads(record.id);
    if (loaded?.input === undefined) return;
    try {
      const draft = await draftJob(await retryOf(loaded.record, loaded.input), Date.now());
      made.set(record, (await storeJob(draft)).record);
    } catch (thrown) {
      if (isNamed || !(thrown instanceof ApiError)) throw thrown;
    }
  });
  const isUnclaimed = ({ status, run }: JobRecord) => status === 'queued' && run === 0;
  const unsent = await sendJobs([...made.values()].filter(isUnclaimed));
  const sent = [...made].filter(([, { id }]) => !unsent.has(id));
  await inParallel(sent, parallelJobs, async ([old]) => {
    if (old.deadAtMs !== undefined) await clearDeadLetter(old);
  });
  return sent.map(([, { id }]) => id);
}
