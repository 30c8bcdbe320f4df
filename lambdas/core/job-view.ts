import { createHash } from 'node:crypto';
import { isDone } from '../../protocol/lifecycle.ts';
import { limits } from '../../protocol/limits.ts';
import type { Job, JobEvent, JobLinks, Json } from '../../protocol/types.ts';
import { base32 } from './job-id.ts';
import type { JobRecord, LogEntry, StoredEvent } from './job-record.ts';

const time = (timeMs: number) => new Date(timeMs).toISOString();

interface JobParts {
  /** Such as `https://api.example.com/v1`. */
  restUrl: string;
  input?: Json;
  output?: Json;
  /** Presigned, of an output in the payload bucket. */
  outputUrl?: string;
}

/** A record as a client sees it. A small output is shown from the record; a larger one only where it is given. */
export function presentJob(
  record: JobRecord,
  { restUrl, input, output = inlineOutput(record), outputUrl }: JobParts,
): Job {
  const done = isDone(record.status);
  const { progress } = record;
  return {
    id: record.id,
    type: record.type,
    status: record.status,
    done,
    seq: record.seq,
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    ...(outputUrl !== undefined && { outputUrl }),
    ...(record.error && { error: record.error }),
    ...(progress && { progress: progressOf(progress) }),
    run: record.run,
    maxRuns: record.maxRuns,
    ...(record.metadata && { metadata: record.metadata }),
    createdAt: time(record.createdAtMs),
    ...(record.startedAtMs !== undefined && { startedAt: time(record.startedAtMs) }),
    ...(record.finishedAtMs !== undefined && { finishedAt: time(record.finishedAtMs) }),
    ...(done && { expiresAt: time(record.expiresAtSeconds * 1000) }),
    links: linksOf(record, restUrl),
  };
}

function linksOf({ id, retryOf }: JobRecord, restUrl: string): JobLinks {
  const self = `${restUrl}/jobs/${id}`;
  return {
    self,
    events: `${self}/events`,
    cancel: `${self}/cancel`,
    retry: `${self}/retry`,
    deliveries: `${self}/deliveries`,
    ...(retryOf !== undefined && { retryOf: `${restUrl}/jobs/${retryOf}` }),
  };
}

/** The id of an event: the same on every channel, and another where a job's id is used again after its expiry. */
export function eventId({ id, createdAtMs }: Pick<JobRecord, 'id' | 'createdAtMs'>, seq: number): string {
  return `evt_${base32(createHash('sha256').update(`${id} ${createdAtMs} ${seq}`).digest())}`;
}

interface EventParts {
  restUrl: string;
  /** Of a `job.succeeded` whose output is not in the record: see `outputToLoad`. */
  output?: Json;
  /** True: with its data, however large it is. @default false */
  whole?: boolean;
}

/** An entry of the log as a client sees it, truncated where it is over `limits.maxEventBytes`. */
export function presentEvent(
  record: JobRecord,
  entry: LogEntry,
  { restUrl, output, whole = false }: EventParts,
): JobEvent {
  const { seq, prevSeq, timeMs } = entry;
  const type = 'type' in entry ? entry.type : 'json' in entry ? 'job.output' : 'job.progress';
  const frame = { id: eventId(record, seq), seq, prevSeq, type, time: time(timeMs), job: record.id };
  const truncated = () => ({ ...frame, truncated: true as const, url: `${restUrl}/jobs/${record.id}/events/${seq}` });
  if (!whole && type === 'job.succeeded' && isOversized(record)) return truncated();
  const event = { ...frame, data: dataOf(record, entry, output) };
  return !whole && Buffer.byteLength(JSON.stringify(event)) > limits.maxEventBytes ? truncated() : event;
}

/** True where `entry` cannot be shown without the output that stands in an item beside HEAD. `whole`: as in `presentEvent`. */
export function outputToLoad(record: JobRecord, entry: LogEntry, { whole = false } = {}): boolean {
  const ends = 'type' in entry && entry.type === 'job.succeeded';
  return ends && record.output !== undefined && 'item' in record.output && (whole || !isOversized(record));
}

/** Outputs in the bucket are told by their size alone, so that event is small. */
function isOversized({ output }: JobRecord): boolean {
  return output !== undefined && !('object' in output) && output.bytes > limits.maxEventBytes;
}

function inlineOutput({ output }: JobRecord): Json | undefined {
  return output && 'inline' in output ? JSON.parse(output.inline) : undefined;
}

function progressOf({ percent, message }: { percent?: number; message?: string }) {
  return { ...(percent !== undefined && { percent }), ...(message !== undefined && { message }) };
}

/** The `data` of an event: section 13 of the protocol. */
function dataOf(record: JobRecord, entry: LogEntry, output: Json | undefined): Json {
  if ('json' in entry) return { run: entry.run, part: JSON.parse(entry.json) };
  if (!('type' in entry)) return { run: entry.run, ...progressOf(entry) };
  switch (entry.type) {
    case 'job.running':
      return { status: 'running', run: entry.run ?? 0 };
    case 'job.retrying':
      return retryingData(entry);
    case 'job.succeeded':
      return { status: 'succeeded', ...outputData(record, output) };
    case 'job.failed':
      return { status: 'failed', error: { ...record.error } };
    case 'job.timed-out':
      return { status: 'timed-out', error: { ...record.error } };
    case 'job.canceled':
      return { status: 'canceled' };
    default:
      return { status: 'queued' };
  }
}

function retryingData({ run = 0, error, nextRunAtMs = 0 }: StoredEvent): Json {
  return { status: 'queued', run, error: { ...error }, nextRunAt: time(nextRunAtMs) };
}

function outputData(record: JobRecord, output: Json | undefined): { output: Json } | { outputSize: number } {
  const shown = output ?? inlineOutput(record);
  if (record.output === undefined || 'object' in record.output) return { outputSize: record.output?.bytes ?? 0 };
  if (shown === undefined) throw new Error(`Cannot show the end of job ${record.id}: its output must be loaded first`);
  return { output: shown };
}
