import type { Job, Page } from '../protocol/types.ts';
import type { Requests } from './requests.ts';
import type { CallOptions, ListQuery } from './types.ts';

/** One page of `GET /jobs`. */
export async function listJobs(
  requests: Requests,
  query: ListQuery = {},
  options: CallOptions = {},
): Promise<Page<Job>> {
  return (await requests.send<Page<Job>>('GET', '/jobs', { ...options, query: { ...query } })).body;
}

/** Every job of every page. A page may be short, or empty, and still have a next one. */
export async function* listAll(
  requests: Requests,
  query: Omit<ListQuery, 'page'> = {},
  options: CallOptions = {},
): AsyncGenerator<Job, undefined> {
  for (let page: string | undefined; ; ) {
    const { items, next } = await listJobs(requests, { ...query, ...(page !== undefined && { page }) }, options);
    yield* items;
    if (next === undefined) return;
    page = next;
  }
}
