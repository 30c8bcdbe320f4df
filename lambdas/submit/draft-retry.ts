import manifest from 'jobwire:manifest';
import { validators } from 'jobwire:validators';
import type { Json, SubmitRequest } from '../../protocol/types.ts';
import { digestOf } from '../core/canonical-json.ts';
import { derivedKey } from '../core/idempotency-key.ts';
import type { JobRecord } from '../core/job-record.ts';
import { checkUploads } from './check-uploads.ts';
import type { Submission } from './draft-job.ts';
import { readSubmit } from './read-submit.ts';
import { typeOf } from './submit-one.ts';

interface RetryOptions {
  /** The client's, for a second retry of the same job. */
  idempotencyKey?: string | undefined;
  /** The request's. @default the old job's: a redrive takes up where its request left off */
  traceparent?: string | undefined;
}

/**
 * The submission of a new job that does what a finished one was asked for. Without a key of the client's, a job has
 * one retry: its id comes from the old job's, so that a repeat, or a redrive beside a retry, finds it there.
 * Throws what a submit would where the type is gone, takes the input no more, or an upload has been deleted.
 */
export async function retryOf(
  record: JobRecord,
  input: string,
  { idempotencyKey, traceparent }: RetryOptions = {},
): Promise<Submission> {
  const { id, tenant, createdAtMs } = record;
  const body = JSON.parse(
    JSON.stringify({ ...optionsOf(record), type: record.type, input: JSON.parse(input) }),
  ) as Json;
  const submit = readSubmit(body, { types: manifest.types, validators });
  await checkUploads(submit.input, { tenant, pointer: '/input' });
  return {
    principal: { tenant },
    submit: { ...submit, ...(record.webhook && { webhook: record.webhook }) },
    type: typeOf(submit),
    digest: digestOf({ retryOf: id, createdAtMs }),
    idempotencyKey: idempotencyKey ?? derivedKey('retry', id, createdAtMs),
    traceparent: traceparent ?? record.traceparent,
    retryOf: id,
  };
}

/** What the new job has of the old one: all but its delay. */
function optionsOf({ id, metadata, orderKey, deadlineAtMs, createdAtMs }: JobRecord): Partial<SubmitRequest> {
  return {
    ...(metadata && { metadata }),
    // An ordered job without a key of its own has its id in that place.
    ...(orderKey !== undefined && orderKey !== id && { orderKey }),
    ...(deadlineAtMs !== undefined && { deadlineSeconds: Math.round((deadlineAtMs - createdAtMs) / 1000) }),
  };
}
