import type { Job } from '../protocol/types.ts';
import { isApiError } from './errors.ts';
import type { Requests } from './requests.ts';
import type { CallOptions } from './types.ts';

/** `POST /jobs/{id}/cancel`. A repeat that finds the job canceled was not the first to get there, and is no failure. */
export async function cancelJob({ send }: Requests, id: string, options: CallOptions = {}): Promise<Job> {
  const path = `/jobs/${encodeURIComponent(id)}`;
  let isRepeated = false;
  const onRepeat = () => {
    isRepeated = true;
  };
  try {
    return (await send<Job>('POST', `${path}/cancel`, { ...options, isRepeatable: true, onRepeat })).body;
  } catch (error) {
    if (!isRepeated || !isApiError(error) || error.code !== 'job-done') throw error;
    const { body: job } = await send<Job>('GET', path, options);
    if (job.status === 'canceled') return job;
    throw error;
  }
}
