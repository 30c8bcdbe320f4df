import type { JobEvent, Json } from '../../protocol/types.ts';
import type { Api } from '../contract/api.ts';
import { submit } from './service.ts';

/** The whole log of a job that has ended. */
export interface Recording {
  job: string;
  events: JobEvent[];
}

/** What a job does, by what its log then shows. */
const jobs: Record<string, (api: Api) => Promise<string>> = {
  'parts and progress': (api) => submit(api, 'countdown', { steps: 4, intervalMs: 60 }),
  'a run that fails and one that succeeds': (api) => submit(api, 'flaky', { failures: 1 }),
  'a final failure': (api) => submit(api, 'flaky', { failures: 1, final: true }),
  'a deadline': (api) => submit(api, 'echo', { value: 1, delayMs: 20_000 }, { deadlineSeconds: 1 }),
  'large parts': (api) => submit(api, 'stream', { parts: 3, intervalMs: 0, bytes: 30_000 }),
  'more than one read can hold': (api) => submit(api, 'stream', { parts: 70, intervalMs: 0, bytes: 40_000 }),
  'a truncated output': (api) => submit(api, 'echo', { value: 'x'.repeat(30_000) }),
  'an output in the bucket': (api) => submit(api, 'echo', { value: 'x'.repeat(80_000) }),
  async 'a cancel before the first run'(api) {
    const id = await submit(api, 'echo', { value: 1 }, { delaySeconds: 600 });
    await api.call('POST', `/jobs/${id}/cancel`);
    return id;
  },
  async 'a cancel between parts'(api) {
    const id = await submit(api, 'stream', { parts: 500, intervalMs: 100, bytes: 10 });
    await api.until(id, ({ seq }) => seq > 3);
    await api.call('POST', `/jobs/${id}/cancel`);
    return id;
  },
};

/** Runs a job of each kind to its end, and reads their logs. */
export async function record(api: Api): Promise<Map<string, Recording>> {
  const made = Object.entries(jobs).map(async ([name, make]) => {
    const job = await make(api);
    return [name, await recordingOf(api, job)] as const;
  });
  return new Map(await Promise.all(made));
}

/** The log of a job, once it has ended. */
export async function recordingOf(api: Api, job: string, timeoutMs = 120_000): Promise<Recording> {
  await api.end(job, timeoutMs);
  return { job, events: await api.log(job) };
}

/** The events that no reader may miss. */
export function kept(events: JobEvent[]): Json[] {
  return events.filter(({ type }) => type !== 'job.progress') as unknown as Json[];
}
