import type { JobRecord } from '../core/job-record.ts';
import { parseHead } from './job-item.ts';
import { headKey } from './keys.ts';
import { readItems } from './read-items.ts';

/** The records of at most 100 different jobs that are there and have not expired, by id. */
export async function findJobs(ids: string[], options?: { isConsistent: boolean }): Promise<Map<string, JobRecord>> {
  const records = (await readItems(ids.map(headKey), options)).map(parseHead);
  const nowMs = Date.now();
  return new Map(
    records.filter(({ expiresAtSeconds }) => expiresAtSeconds * 1000 > nowMs).map((record) => [record.id, record]),
  );
}
