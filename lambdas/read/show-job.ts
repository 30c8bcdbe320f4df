import type { Job } from '../../protocol/types.ts';
import { findJobWithPayloads } from '../aws/job-store.ts';
import { presignDownload } from '../aws/payload-bucket.ts';
import type { JobRecord } from '../core/job-record.ts';
import { presentJob } from '../core/job-view.ts';
import { env } from '../env.ts';

/** A record, and as JSON texts what is loaded of its payloads. */
export interface LoadedJob {
  record: JobRecord;
  input?: string;
  output?: string;
}

/** The whole job as a client sees it; an output in the payload bucket by a short-lived URL. */
export async function showJob({ record, input, output }: LoadedJob): Promise<Job> {
  const stored = record.output;
  const outputUrl = stored && 'object' in stored ? await presignDownload(stored.object) : undefined;
  return presentJob(record, {
    restUrl: env('REST_URL'),
    ...(input !== undefined && { input: JSON.parse(input) }),
    ...(output !== undefined && { output: JSON.parse(output) }),
    ...(outputUrl !== undefined && { outputUrl }),
  });
}

/** Completes what a caller has of a job: one read where its output stands in an item of its own, none otherwise. */
export async function loadOutput(job: LoadedJob): Promise<LoadedJob> {
  const { record } = job;
  const isBeside = record.output !== undefined && 'item' in record.output && job.output === undefined;
  return (isBeside ? await findJobWithPayloads(record.id) : undefined) ?? job;
}
