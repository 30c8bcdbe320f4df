import type { JobEvent, JobFailure, Json } from '../protocol/types.ts';

/** What each type of event says. `Output` is what the job gives. */
interface EventData<Output> {
  'job.queued': { status: 'queued' };
  'job.running': { status: 'running'; run: number };
  'job.progress': { run: number; percent?: number; message?: string };
  'job.output': { run: number; part: Json };
  'job.retrying': { status: 'queued'; run: number; error: JobFailure; nextRunAt: string };
  /** Of an output over 64 KiB only the size is told, in bytes: `client.output(job)` reads it. */
  'job.succeeded':
    | { status: 'succeeded'; output: Output; outputSize?: never }
    | { status: 'succeeded'; outputSize: number; output?: never };
  'job.failed': { status: 'failed'; error: JobFailure };
  'job.canceled': { status: 'canceled' };
  'job.timed-out': { status: 'timed-out'; error: JobFailure };
}

/** One entry of a job's log with its data, however large: `type` tells which. */
export type WholeEvent<Output = Json> = {
  [Type in keyof EventData<Output>]: Pick<JobEvent, 'id' | 'seq' | 'prevSeq' | 'time' | 'job'> & {
    type: Type;
    data: EventData<Output>[Type];
  };
}[keyof EventData<Output>];
