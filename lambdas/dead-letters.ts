import { limits } from '../protocol/limits.ts';
import { clearDeadLetters as clearRecords, listDeadLetters as listRecords } from './aws/job-lists.ts';
import { type HttpRequest, type HttpResponse, http } from './edge/http.ts';
import { env } from './env.ts';
import { showPage } from './read/show-page.ts';

export const handler = http(env('REST_URL'), { listDeadLetters, clearDeadLetters });

/** `GET /v1/dead-letters`: jobs out of runs, or with a message that could not be processed. */
async function listDeadLetters({ principal, query }: HttpRequest): Promise<HttpResponse> {
  const { limit = limits.defaultPageSize, page, type } = query;
  const found = await listRecords(principal.tenant, {
    limit,
    ...(page !== undefined && { page }),
    ...(type !== undefined && { type }),
  });
  return showPage(found, { path: '/dead-letters', query });
}

/** What clearing leaves of a request's time for its answer. */
const spareMs = 8_000;

/** `DELETE /v1/dead-letters`: they leave the list, the jobs stay. */
async function clearDeadLetters({ principal, query: { type }, remainingMs }: HttpRequest): Promise<HttpResponse> {
  const isTimeUp = () => remainingMs() < spareMs;
  const cleared = await clearRecords(principal.tenant, { isTimeUp, ...(type !== undefined && { type }) });
  return { status: 200, body: cleared };
}
