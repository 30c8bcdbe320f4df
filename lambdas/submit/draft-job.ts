import type { Principal } from '../../protocol/principal.ts';
import type { JobType, SubmitRequest } from '../../protocol/types.ts';
import { placeInput } from '../aws/job-payloads.ts';
import { getSecret } from '../aws/secrets.ts';
import { newJob } from '../core/job-changes.ts';
import { jobId } from '../core/job-id.ts';
import type { JobRecord, Watcher } from '../core/job-record.ts';
import { newTraceparent } from '../core/trace-context.ts';
import { env } from '../env.ts';

/** A submit that has been read, and what came with it. */
export interface Submission {
  principal: Pick<Principal, 'tenant'>;
  submit: SubmitRequest;
  type: JobType;
  /** Tells a repeat from a reuse of the idempotency key: a digest of what the client sent. */
  digest: string;
  /** The client's, or a derived one; without any the job gets a random id. */
  idempotencyKey?: string | undefined;
  /** @default a trace of its own: every job has one */
  traceparent?: string | undefined;
  /** The job that this one tries again. */
  retryOf?: string;
  /** Who follows the job from its first event on. */
  watchers?: Watcher[];
}

/** A job as its submit will put it. */
export interface JobDraft {
  record: JobRecord;
  /** JSON text. */
  inputText: string;
}

/** Makes the record of a new job. Calls nothing once the environment knows the job secret. */
export async function draftJob(submission: Submission, nowMs: number): Promise<JobDraft> {
  const { principal, submit, type, digest, idempotencyKey, retryOf, watchers } = submission;
  const secret = await getSecret(env('JOB_SECRET_ARN'));
  const { tenant } = principal;
  const id = jobId({ tenant, secret, ...(idempotencyKey !== undefined && { idempotencyKey }) });
  const inputText = JSON.stringify(submit.input);
  const record = newJob(submit, {
    id,
    tenant,
    type,
    digest,
    input: placeInput({ id, createdAtMs: nowMs }, digest, inputText),
    now: nowMs,
    ...(retryOf !== undefined && { retryOf }),
    traceparent: submission.traceparent ?? newTraceparent(),
    ...(watchers && { watchers }),
  });
  return { record, inputText };
}
