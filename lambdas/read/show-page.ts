import type { JobRecord } from '../core/job-record.ts';
import { presentJob } from '../core/job-view.ts';
import { type Found, pageOf } from '../core/page.ts';
import type { HttpRequest, HttpResponse } from '../edge/http.ts';
import { env } from '../env.ts';

/** A page of a list of jobs, without their inputs and large outputs, and where the next one is (RFC 8288). */
export function showPage(
  found: Found<JobRecord>,
  { path, query }: { path: string } & Pick<HttpRequest, 'query'>,
): HttpResponse {
  const restUrl = env('REST_URL');
  const body = pageOf(found, (record) => presentJob(record, { restUrl }));
  const { next } = body;
  if (next === undefined) return { status: 200, body };
  const given = Object.entries({ ...query, page: next }).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  return { status: 200, headers: { link: `<${restUrl}${path}?${new URLSearchParams(given)}>; rel="next"` }, body };
}
