import type { Job } from '../protocol/types.ts';
import type { Requests } from './requests.ts';
import type { RetryOptions } from './types.ts';

/** `POST /jobs/{id}/retry`: a repeat gives the same new job. */
export async function retryJob({ send }: Requests, id: string, options: RetryOptions = {}): Promise<Job> {
  const { idempotencyKey, ...rest } = options;
  const headers: Record<string, string> = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
  const path = `/jobs/${encodeURIComponent(id)}/retry`;
  return (await send<Job>('POST', path, { ...rest, headers, isRepeatable: true })).body;
}
