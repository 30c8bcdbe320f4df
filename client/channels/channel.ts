import type { Job, JobEvent } from '../../protocol/types.ts';
import type { ChannelName } from '../types.ts';

/** What a channel tells of a job. */
export type Told =
  /** It gets through: the first thing that each opening tells. */
  | { type: 'open' }
  | { type: 'event'; event: JobEvent }
  /** The log has never reached the cursor: what follows is the log from its start. */
  | { type: 'reset'; job: Job }
  /** The job is done, and its last event told or known. */
  | { type: 'done' };

/** One way of hearing of a job's events. */
export interface Channel {
  name: ChannelName;
  /**
   * Tells a job's log after a cursor, until the job is done or this opening comes to its end, which may be soon: then
   * it is opened again. Whatever is cut off, refused or silent for too long throws.
   */
  tell(job: string, after: number, signal: AbortSignal | undefined): AsyncIterable<Told>;
}

/** The address of a job's log, below the REST address. */
export function logPath(job: string): string {
  return `/jobs/${encodeURIComponent(job)}/events`;
}
