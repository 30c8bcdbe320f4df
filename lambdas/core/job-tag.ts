import { limits } from '../../protocol/limits.ts';
import type { JobRecord } from './job-record.ts';

/**
 * The ETag of a job: another one after every event, and in every life of its id. Where the answer carries a presigned
 * URL, it also changes before that expires, so that a 304 never leaves a client with a dead one.
 */
export function jobTag({ seq, createdAtMs, output }: Pick<JobRecord, 'seq' | 'createdAtMs' | 'output'>, nowMs: number) {
  const urlPart = output && 'object' in output ? `-${Math.floor((2 * nowMs) / 1000 / limits.outputUrlSeconds)}` : '';
  return `"${createdAtMs.toString(36)}-${seq}${urlPart}"`;
}
