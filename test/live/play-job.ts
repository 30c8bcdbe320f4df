import { randomBytes } from 'node:crypto';
import { saveOutput, saveParts } from '../../lambdas/aws/job-payloads.ts';
import { changeJob, createJob } from '../../lambdas/aws/job-store.ts';
import {
  addParts,
  claim,
  type JobChange,
  newJob,
  noteAnnounced,
  retry,
  setProgress,
  succeed,
} from '../../lambdas/core/job-changes.ts';
import { base32 } from '../../lambdas/core/job-id.ts';
import type { JobRecord, LogEntry, StoredPart, Watcher } from '../../lambdas/core/job-record.ts';
import { announceEntries } from '../../lambdas/run/announce-news.ts';
import type { JobType, SubmitRequest } from '../../protocol/types.ts';

/** The type of every job here, as the manifest has it. */
export const type = {
  name: 'echo',
  ordered: false,
  limits: {
    timeoutSeconds: 10,
    memoryMb: 128,
    maxRuns: 3,
    concurrency: 2,
    batch: 1,
    backoffSeconds: 1,
    maxBackoffSeconds: 1,
    retentionDays: 7,
  },
} satisfies Pick<JobType, 'name' | 'limits' | 'ordered'>;

export const tenant = 'tenant-1';

/** Puts a new job. */
export async function putJob(watchers: Watcher[] = [], options: Partial<SubmitRequest> = {}): Promise<JobRecord> {
  const id = `job_${base32(randomBytes(17))}`;
  const input = { inline: '{}', bytes: 2 };
  const record = newJob(
    { type: 'echo', input: {}, ...options },
    { id, tenant, type, digest: 'd', input, now: Date.now(), watchers },
  );
  await createJob(record, '{}');
  return record;
}

/** One step of a worker: writes HEAD, and returns what tells the watchers of it. */
export interface Step {
  record: JobRecord;
  announce(): Promise<void>;
}

type Play = (record: JobRecord) => Promise<{ change: JobChange; parts?: StoredPart[] }>;

async function emit(record: JobRecord, ...parts: string[]) {
  const { stored, change } = addParts(record, parts, Date.now());
  await saveParts(record, stored);
  return { change, parts: stored };
}

/** Every kind of step that a job takes, in an order in which it can: two runs, of which the first fails. */
export const plays: Record<string, Play> = {
  claim: async (record) => ({ change: claim(record, { now: Date.now(), leaseUntilMs: Date.now() + 10_000 }) }),
  'emit two parts': (record) => emit(record, '"one"', '{"two":2}'),
  progress: async (record) => ({ change: setProgress(record, { percent: 50 }, Date.now()) }),
  retry: async (record) => ({
    change: retry(record, { now: Date.now(), error: { code: 'x', message: 'x' }, nextRunAtMs: Date.now() }),
  }),
  'note what was told': async (record) => ({ change: noteAnnounced(record, record.seq) }),
  'claim again': async (record) => ({ change: claim(record, { now: Date.now(), leaseUntilMs: Date.now() + 10_000 }) }),
  'emit a large part': (record) => emit(record, JSON.stringify('x'.repeat(30_000))),
  'more progress': async (record) => ({ change: setProgress(record, { percent: 90 }, Date.now()) }),
  succeed: async (record) => {
    const output = await saveOutput(record, JSON.stringify({ text: 'y'.repeat(1_000) }));
    return { change: succeed(record, { now: Date.now(), output }) };
  },
};

/** Does one step on a job as it is. */
export async function play(name: string, record: JobRecord): Promise<Step> {
  const { change, parts = [] } = (await plays[name]?.(record)) ?? {};
  if (!change) throw new Error(`Cannot play ${name}: there is no such step`);
  const head = await changeJob(record, change);
  if (!head) throw new Error(`Cannot play ${name}: another writer was first`);
  const progress = change.set.progress ? [change.set.progress] : [];
  const entries: LogEntry[] = [...parts, ...progress, ...change.events];
  return { record: head, announce: () => announceEntries(head, entries) };
}
