import type { Job, Json } from '../protocol/types.ts';
import { startDeadline } from './deadline.ts';
import { JobFailedError } from './errors.ts';
import type { CallOptions, RunOptions, SubmitOptions, WaitOptions } from './types.ts';

/** How long a submit whose events nobody wants to see is held: most jobs are done by then, and cost one request. */
const waitSeconds = 10;

/** The calls that a run is made of. */
interface RunCalls {
  submit(type: string, input: Json, options?: SubmitOptions): Promise<Job>;
  wait(id: string, options?: WaitOptions): Promise<Job>;
  output(job: Job, options?: CallOptions): Promise<Json>;
}

/** Submits a job, waits for its end, and reads its output. */
export async function runJob(
  { submit, wait, output }: RunCalls,
  { type, input }: { type: string; input: Json },
  options: RunOptions = {},
): Promise<Json> {
  const { onEvent, channels, fetchTruncated, timeoutMs = Number.POSITIVE_INFINITY, signal, ...rest } = options;
  const deadline = startDeadline(`run a job of type ${type}`, timeoutMs, signal);
  const asked = { signal: deadline.signal };
  try {
    const submitted = await submit(type, input, { ...rest, ...(!onEvent && { waitSeconds }), ...asked });
    const job =
      submitted.done && !onEvent ? submitted : await wait(submitted.id, { ...eventsOptions(options), ...asked });
    if (job.status !== 'succeeded') throw new JobFailedError(job);
    return await output(job, asked);
  } finally {
    deadline.clear();
  }
}

function eventsOptions({ onEvent, channels, fetchTruncated }: RunOptions): WaitOptions {
  return {
    ...(onEvent && { onEvent }),
    ...(channels && { channels }),
    ...(fetchTruncated !== undefined && { fetchTruncated }),
  };
}
