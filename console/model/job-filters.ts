import { type JobStatus, jobStatuses } from '../../protocol/lifecycle.ts';

/** What the list of jobs shows. `page` is the `next` of a page before. */
export interface JobFilters {
  type?: string;
  status?: JobStatus;
  page?: string;
}

/** The filters that an address says; what is no filter is left out. */
export function readFilters(query: URLSearchParams): JobFilters {
  const status = jobStatuses.find((known) => known === query.get('status'));
  const type = query.get('type');
  const page = query.get('page');
  return { ...(type && { type }), ...(status && { status }), ...(page && { page }) };
}

/** The query that says `filters`, with its `?`, or nothing. */
export function writeFilters({ type, status, page }: JobFilters): string {
  const query = new URLSearchParams({ ...(type && { type }), ...(status && { status }), ...(page && { page }) });
  return query.size === 0 ? '' : `?${query}`;
}
