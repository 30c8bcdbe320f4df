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

const isFiltered = ({ type, status }: JobFilters) => type !== undefined || status !== undefined;

/** How often the list is read again; undefined for never. */
export function refreshMsOf(filters: JobFilters): number | undefined {
  // Older pages do not change by what is submitted now, and moving them under the reader's eyes helps nobody.
  if (filters.page !== undefined) return undefined;
  // The service looks at up to a thousand jobs for a page of those that fit, and reads each of them.
  return isFiltered(filters) ? 30_000 : 4_000;
}

/** What a list without a job says. */
export function emptyListText(filters: JobFilters, { hasMore }: { hasMore: boolean }): string {
  // A page of what fits ends, however short it is, where a thousand jobs have been looked at.
  if (hasMore) return `None among ${filters.page === undefined ? 'the newest' : 'this'} thousand. Older jobs may fit.`;
  if (isFiltered(filters)) return 'No job fits these filters.';
  if (filters.page !== undefined) return 'There are no older jobs.';
  return 'No job has been submitted yet. Choose a job type to submit one.';
}
