import { limits } from '../protocol/limits.ts';
import { listJobs as listRecords } from './aws/job-lists.ts';
import { type HttpRequest, type HttpResponse, http } from './edge/http.ts';
import { env } from './env.ts';
import { getJob } from './read/get-job.ts';
import { showPage } from './read/show-page.ts';

export const handler = http(env('REST_URL'), { getJob, listJobs });

/** `GET /v1/jobs`: the tenant's jobs, newest first. */
async function listJobs({ principal, query }: HttpRequest): Promise<HttpResponse> {
  const { limit = limits.defaultPageSize, page, type, status } = query;
  const found = await listRecords(principal.tenant, {
    limit,
    ...(page !== undefined && { page }),
    ...(type !== undefined && { type }),
    ...(status !== undefined && { status }),
  });
  return showPage(found, { path: '/jobs', query });
}
