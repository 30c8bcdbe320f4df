import { findJob, findJobWithPayloads } from '../aws/job-store.ts';
import { jobIdPattern } from '../core/job-id.ts';
import type { JobRecord } from '../core/job-record.ts';
import { noSuchJob } from '../core/no-such-job.ts';
import type { LoadedJob } from './show-job.ts';

/** The job `id`, or `not-found`: where there is none, and where it is another tenant's. */
export async function getOwnJob(id: string | undefined, tenant: string): Promise<JobRecord> {
  const record = id !== undefined && jobIdPattern.test(id) ? await findJob(id) : undefined;
  if (record?.tenant !== tenant) throw noSuchJob();
  return record;
}

/** The job `id` with its payloads, or `not-found`. */
export async function getOwnJobWithPayloads(id: string | undefined, tenant: string): Promise<LoadedJob> {
  const job = id !== undefined && jobIdPattern.test(id) ? await findJobWithPayloads(id) : undefined;
  if (job?.record.tenant !== tenant) throw noSuchJob();
  return job;
}
