import manifest from 'jobwire:manifest';
import { ApiError, type Fault } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { Json } from '../../protocol/types.ts';
import { clearDeadLetter, diedBefore, isPageOfJobs, listDeadLetters } from '../aws/job-lists.ts';
import { sendJobs } from '../aws/job-queue.ts';
import { findJob, findJobWithPayloads } from '../aws/job-store.ts';
import { inParallel } from '../core/in-parallel.ts';
import { jobIdPattern } from '../core/job-id.ts';
import type { JobRecord } from '../core/job-record.ts';
import { logFieldsOf } from '../core/log-fields.ts';
import { kindOf, readFields, refuseFaults } from '../core/read-fields.ts';
import type { HttpRequest, HttpResponse } from '../edge/http.ts';
import { log } from '../edge/log.ts';
import { storeJob } from './accept-job.ts';
import { draftJob, type JobDraft } from './draft-job.ts';
import { retryOf } from './draft-retry.ts';

const parallelJobs = 10;
const pageSize = limits.maxPageSize;
/** A redrive that needs longer stops, says where, and goes on with the next request. */
const spareMs = 10_000;

interface Redriven {
  /** The new ones. */
  jobs: string[];
  /** Not all could be done in one request: send it again, with `next` as its page. */
  more?: true;
  next?: string;
}

/**
 * `POST /v1/dead-letters/redrive`: new, linked jobs for dead letters, which leave the list. A repeat makes no second
 * job: the new one's id comes from the old one's. Not counted against the tenant's rate, for it is an operator's act.
 */
export async function redriveDeadLetters({ principal, json, remainingMs }: HttpRequest): Promise<HttpResponse> {
  const { jobs, ...listed } = readRedrive(json({ ifEmpty: {} }));
  const { tenant } = principal;
  const isTimeUp = () => remainingMs() < spareMs;
  const body = jobs ? await redriveNamed(await findNamed(jobs, tenant)) : await redriveListed(tenant, listed, isTimeUp);
  return { status: 202, body };
}

async function redriveNamed(records: JobRecord[]): Promise<Redriven> {
  const { made, fault } = await redrive(records, { isNamed: true });
  if (fault !== undefined) throw notSent(fault);
  return { jobs: made };
}

interface Listed {
  type?: string;
  page?: string;
}

/** All that died before the first request: a job that dies at once, again and again, would keep it busy for ever. */
async function redriveListed(tenant: string, { type, page }: Listed, isTimeUp: () => boolean): Promise<Redriven> {
  const jobs: string[] = [];
  let next: string | undefined = page ?? diedBefore(Date.now());
  let unsent: { page: string; fault: unknown } | undefined;
  do {
    const found = await listDeadLetters(tenant, { limit: pageSize, page: next, ...(type && { type }) });
    const { made, fault } = await redrive(found.records, { isNamed: false });
    jobs.push(...made);
    if (fault !== undefined) unsent ??= { page: next, fault };
    next = found.next;
  } while (next !== undefined && !isTimeUp());
  if (unsent && jobs.length === 0) throw notSent(unsent.fault);
  // What could not be sent is on its page still.
  const left = unsent?.page ?? next;
  return { jobs, ...(left !== undefined && { more: true, next: left }) };
}

function notSent(cause: unknown): ApiError {
  const detail =
    'Cannot send the new jobs: their queue did not take them; a repeat sends them, and makes no second ones';
  return new ApiError('unavailable', detail, { headers: { 'retry-after': '2' }, cause });
}

function readRedrive(body: Json): Listed & { jobs?: string[] } {
  const { faults, fault, faultAt, field, text, refuseUnknown } = readFields(body);
  const type = text('type', { max: limits.maxIdLength });
  if (type !== undefined && !Object.hasOwn(manifest.types, type)) {
    fault('type', `Must be one of ${Object.keys(manifest.types).join(', ')}`);
  }
  const page = text('page', { max: limits.maxPageTokenLength });
  if (page !== undefined && !isPageOfJobs(page)) fault('page', 'Must be the `next` of a former answer');
  const jobs = field('jobs');
  if (jobs !== undefined && page !== undefined) fault('page', 'Not allowed together with jobs');
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
  return {
    ...(Array.isArray(jobs) && { jobs: [...new Set(jobs.map(String))] }),
    ...(type !== undefined && { type }),
    ...(page !== undefined && { page }),
  };
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

interface Named {
  isNamed: boolean;
}

/**
 * Makes and sends the new jobs, and takes the old ones off the list once that is done. All are drafted before one is
 * made: a named one that is refused leaves nothing behind. `fault`: why some could not be sent; they stay in the list.
 */
async function redrive(records: JobRecord[], named: Named): Promise<{ made: string[]; fault: unknown }> {
  const drafts = new Map<JobRecord, JobDraft>();
  await inParallel(records, parallelJobs, async (old) => {
    const draft = await draftAgain(old, named);
    if (draft) drafts.set(old, draft);
  });
  const stored = new Map<JobRecord, JobRecord>();
  const store = async ([old, draft]: [JobRecord, JobDraft]) => void stored.set(old, (await storeJob(draft)).record);
  const [storing] = await Promise.allSettled([inParallel([...drafts], parallelJobs, store)]);
  // Whatever has become of the others, a job that is stored is queued.
  const isUnclaimed = ({ status, run }: JobRecord) => status === 'queued' && run === 0;
  const unsent = await sendJobs([...stored.values()].filter(isUnclaimed));
  const sent = [...stored].filter(([, { id }]) => !unsent.has(id));
  const [fault] = unsent.values();
  if (unsent.size > 0) log.error('Cannot send the messages of redriven jobs', { jobs: unsent.size, error: fault });
  await inParallel(sent, parallelJobs, async ([old]) => {
    if (old.deadAtMs !== undefined) await clearDeadLetter(old);
  });
  if (storing.status === 'rejected') throw storing.reason;
  return { made: sent.map(([, { id }]) => id), fault };
}

/**
 * The job that does again what a dead letter was asked for. Undefined where its type is gone, or takes its input no
 * more: it stays in the list; where it was named, the request fails with the reason.
 */
async function draftAgain({ id }: JobRecord, { isNamed }: Named): Promise<JobDraft | undefined> {
  const loaded = await findJobWithPayloads(id);
  if (!loaded) return undefined;
  const { record, input } = loaded;
  try {
    if (input === undefined) throw new ApiError('internal-error', 'Cannot redrive the job: its input is gone');
    return await draftJob(await retryOf(record, input), Date.now());
  } catch (error) {
    if (isNamed || !(error instanceof ApiError)) throw error;
    log.warn('Cannot redrive a dead letter', { ...logFieldsOf(record), error });
    return undefined;
  }
}
