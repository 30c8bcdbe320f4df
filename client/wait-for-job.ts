import type { Job, JobEvent, Json } from '../protocol/types.ts';
import { startDeadline } from './deadline.ts';
import { isApiError, JobFailedError } from './errors.ts';
import type { Requests } from './requests.ts';
import type { CallOptions, EventsOptions, WaitOptions } from './types.ts';
import type { WholeEvent } from './whole-event.ts';

/** The calls that waiting is made of. */
export interface JobCalls {
  get(id: string, options?: CallOptions): Promise<Job>;
  events(id: string, options?: EventsOptions): AsyncIterable<JobEvent>;
}

/** Follows a job to its end, and reads it. */
export async function waitForJob({ get, events }: JobCalls, id: string, options: WaitOptions = {}): Promise<Job> {
  const { timeoutMs = Number.POSITIVE_INFINITY, signal, onEvent, ...rest } = options;
  const deadline = startDeadline(`wait for job ${id}`, timeoutMs, signal);
  try {
    // Nobody looks at the events: their data need not be fetched.
    const asked = { ...(!onEvent && { fetchTruncated: false }), ...rest, signal: deadline.signal };
    for await (const event of events(id, asked)) onEvent?.(event as WholeEvent);
    return await get(id, { signal: deadline.signal });
  } finally {
    deadline.clear();
  }
}

/** As long as the address of a large output is good for. */
const longestFetchMs = 5 * 60_000;

/** The output of a job, wherever it is. */
export async function readOutput(
  get: JobCalls['get'],
  { send }: Requests,
  job: Pick<Job, 'id' | 'status' | 'output' | 'outputUrl'>,
  options: CallOptions = {},
): Promise<Json> {
  if (job.output !== undefined) return job.output;
  const large = { timeoutMs: longestFetchMs, ...options, isOurs: false };
  const fetchLarge = async (url: string) => (await send<Json>('GET', url, large)).body;
  try {
    if (job.outputUrl !== undefined) return await fetchLarge(job.outputUrl);
  } catch (error) {
    // The address was good for five minutes. The job has a fresh one.
    if (!isApiError(error) || error.status !== 403) throw error;
  }
  const whole = await get(job.id, options);
  if (whole.output !== undefined) return whole.output;
  if (whole.outputUrl !== undefined) return await fetchLarge(whole.outputUrl);
  if (whole.done) throw new JobFailedError(whole);
  throw new Error(`Cannot read the output of job ${whole.id}: it is ${whole.status}, it must have succeeded`);
}
