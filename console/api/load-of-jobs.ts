import type { Client } from '../../client/types.ts';
import type { JobStatus } from '../../protocol/lifecycle.ts';
import type { Job } from '../../protocol/types.ts';
import { mergeJobs } from '../model/rates.ts';

/** What the load is told from. */
export interface JobsOfLately {
  jobs: Job[];
  /** True: there are more than were read, so that the figures are those of the newest alone. */
  isCut: boolean;
  readAtMs: number;
}

/** Pages of 100 that are read at the most of what came in lately. */
const maxRecentPages = 3;
/** The service looks at up to a thousand jobs for one page by status, and reads each of them. */
const maxStatusPages = 1;

/** The tenant's jobs that wait or run, and all that came in since `sinceMs`. */
export async function readJobsOfLately(
  client: Client,
  { sinceMs, signal }: { sinceMs: number; signal: AbortSignal },
): Promise<JobsOfLately> {
  const isRecent = ({ createdAt }: Job) => Date.parse(createdAt) >= sinceMs;
  const [recent, queued, running] = await Promise.all([
    readPages(client, { signal, maxPages: maxRecentPages, isWanted: isRecent }),
    readPages(client, { signal, maxPages: maxStatusPages, status: 'queued' }),
    readPages(client, { signal, maxPages: maxStatusPages, status: 'running' }),
  ]);
  return {
    jobs: mergeJobs(recent.jobs, queued.jobs, running.jobs),
    isCut: recent.isCut || queued.isCut || running.isCut,
    readAtMs: Date.now(),
  };
}

interface PagesWanted {
  signal: AbortSignal;
  maxPages: number;
  status?: JobStatus;
  isWanted?(job: Job): boolean;
}

async function readPages(client: Client, { signal, maxPages, status, isWanted = () => true }: PagesWanted) {
  const jobs: Job[] = [];
  let page: string | undefined;
  for (let count = 0; count < maxPages; count += 1) {
    const query = { limit: 100, ...(status && { status }), ...(page !== undefined && { page }) };
    const found = await client.list(query, { signal });
    jobs.push(...found.items.filter(isWanted));
    page = found.next;
    if (page === undefined || !found.items.every(isWanted)) return { jobs, isCut: false };
  }
  return { jobs, isCut: true };
}
