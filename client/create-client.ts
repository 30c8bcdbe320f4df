import type { Job, JobEvent, JobType, Json, Page } from '../protocol/types.ts';
import { cancelJob } from './cancel-job.ts';
import { followJob } from './follow-job.ts';
import type { AnyJobTypes, JobTypeTable } from './job-types.ts';
import { listAll, listJobs } from './list-jobs.ts';
import { openChannels } from './open-channels.ts';
import { createRequests } from './requests.ts';
import { retryJob } from './retry-job.ts';
import { runJob } from './run-job.ts';
import { findService } from './service-description.ts';
import { submitJob } from './submit-job.ts';
import type {
  CallOptions,
  Client,
  ClientOptions,
  EventsOptions,
  ListQuery,
  RequestOptions,
  RetryOptions,
  RunOptions,
  SubmitOptions,
  UploadOptions,
  WaitOptions,
} from './types.ts';
import { type UploadData, uploadData } from './upload-data.ts';
import { readOutput, waitForJob } from './wait-for-job.ts';

/**
 * Makes a client of the service at `url`.
 *
 * @example
 * const client = createClient({ url: 'http://localhost:8202/v1', credential: key })
 * const output = await client.run('countdown', { steps: 3, intervalMs: 500 })
 */
export function createClient<Types extends JobTypeTable<Types> = AnyJobTypes>(options: ClientOptions): Client<Types> {
  const requests = createRequests(options);
  const service = findService(requests);
  const channels = openChannels(requests, { ...options, service });
  const read = async <Body>(path: string, asked?: CallOptions) => (await requests.send<Body>('GET', path, asked)).body;

  const get = (id: string, asked?: CallOptions) => read<Job>(`/jobs/${encodeURIComponent(id)}`, asked);
  const events = (id: string, asked: EventsOptions = {}): AsyncIterableIterator<JobEvent> =>
    followJob(channels, id, asked);
  const submit = (type: string, input: Json, asked?: SubmitOptions) => submitJob(requests, { type, input }, asked);
  const wait = (id: string, asked?: WaitOptions) => waitForJob({ get, events }, id, asked);
  const output = (job: Job, asked?: CallOptions) => readOutput(get, requests, job, asked);

  const client = {
    submit,
    run: (type: string, input: Json, asked?: RunOptions) => runJob({ submit, wait, output }, { type, input }, asked),
    get,
    wait,
    output,
    list: (query?: ListQuery, asked?: CallOptions) => listJobs(requests, query, asked),
    listAll: (query?: Omit<ListQuery, 'page'>, asked?: CallOptions) => listAll(requests, query, asked),
    cancel: (id: string, asked?: CallOptions) => cancelJob(requests, id, asked),
    retry: (id: string, asked?: RetryOptions) => retryJob(requests, id, asked),
    events,
    upload: (data: UploadData, asked?: UploadOptions) => uploadData(requests, data, asked),
    types: async (asked?: CallOptions) => (await read<Page<JobType>>('/types', asked)).items,
    service,
    request: async (method: string, path: string, asked?: RequestOptions) =>
      (await requests.send(method, path, asked)).body,
    close: channels.close,
  } satisfies Record<keyof Client, unknown>;
  // What a job type takes and gives is the caller's word: at run time it is JSON.
  return client as unknown as Client<Types>;
}
