import type { Job } from '../protocol/types.ts';
import type { Requests } from './requests.ts';
import type { SubmitOptions } from './types.ts';

/** `POST /jobs`, with a key that makes one job of all its repeats. */
export async function submitJob(
  { send, timeoutMs: usualTimeoutMs }: Requests,
  job: { type: string; input: unknown },
  options: SubmitOptions = {},
): Promise<Job> {
  const { idempotencyKey = randomKey(), waitSeconds, timeoutMs = usualTimeoutMs, signal, ...rest } = options;
  const headers: Record<string, string> = { 'idempotency-key': idempotencyKey };
  if (waitSeconds !== undefined) headers.prefer = `wait=${waitSeconds}`;
  const { body } = await send<Job>('POST', '/jobs', {
    body: { ...job, ...rest },
    headers,
    isRepeatable: true,
    // Something on the way may not bear a request that waits.
    onRepeat: () => delete headers.prefer,
    timeoutMs: timeoutMs + (waitSeconds ?? 0) * 1000,
    ...(signal && { signal }),
  });
  return body;
}

/** (`crypto.randomUUID` is missing where a page came over plain http.) */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
