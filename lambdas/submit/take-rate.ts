import { ApiError } from '../../protocol/errors.ts';
import type { Principal } from '../../protocol/principal.ts';
import { type RateTaken, takeJobs } from '../aws/rate-limit.ts';

/** Takes one job out of the tenant's rate window. Throws `rate-limited` where nothing is left of it. */
export function takeOneJob(principal: Principal, nowMs: number): RateTaken {
  const rate = takeJobs(principal, 1, nowMs);
  if (rate.granted === 0) throw rateLimited(rate);
  return rate;
}

/** The refusal of a job beyond the tenant's rate. */
export function rateLimited({ headers, retryAfterSeconds }: RateTaken): ApiError {
  const detail = `Cannot accept the job: the tenant has submitted as many as it may, the next window starts in ${retryAfterSeconds} s`;
  return new ApiError('rate-limited', detail, { headers: { ...headers, 'retry-after': String(retryAfterSeconds) } });
}
