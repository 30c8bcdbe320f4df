import manifest from 'jobwire:manifest';
import { validators } from 'jobwire:validators';
import { ApiError } from '../../protocol/errors.ts';
import type { JobType, Json, SubmitRequest } from '../../protocol/types.ts';
import { refreshLoads } from '../aws/type-statistics.ts';
import { digestOf } from '../core/canonical-json.ts';
import { readIdempotencyKey } from '../core/idempotency-key.ts';
import { readWait } from '../core/prefer.ts';
import type { JsonObject } from '../core/read-fields.ts';
import type { HttpRequest, HttpResponse } from '../edge/http.ts';
import { measure } from '../edge/metrics.ts';
import { env } from '../env.ts';
import { acceptJob } from './accept-job.ts';
import { answerSubmit, loadOf } from './answer-submit.ts';
import { checkSubmission } from './check-submission.ts';
import { draftJob, type Submission } from './draft-job.ts';
import { readSubmit } from './read-submit.ts';
import { takeOneJob } from './take-rate.ts';

/** `POST /v1/jobs`: one job, durably queued before it is answered. */
export async function submitJob(request: HttpRequest): Promise<HttpResponse> {
  const { principal, headers, traceparent, json, remainingMs } = request;
  const submission = submissionOf(json(), { principal, headers, traceparent });
  await checkSubmission(submission, '');
  return answerSubmission(submission, { principal, headers, remainingMs });
}

/** Accepts a submission and answers it. What is due beside its own writes goes out along with them. */
export async function answerSubmission(
  submission: Submission,
  { principal, headers, remainingMs }: Pick<HttpRequest, 'principal' | 'headers' | 'remainingMs'>,
): Promise<HttpResponse> {
  const nowMs = Date.now();
  const rate = takeOneJob(principal, nowMs);
  loadOf(submission.type);
  const draft = await draftJob(submission, nowMs);
  const [stored] = await Promise.all([acceptJob(draft), rate.counted, refreshLoads(nowMs)]);
  measure('AcceptMs', {}, Date.now() - nowMs);
  const { inputText } = draft;
  const waitSeconds = readWait(headers.prefer);
  return answerSubmit({ ...stored, inputText, type: submission.type, rate, waitSeconds, remainingMs });
}

interface Submitter extends Pick<HttpRequest, 'principal' | 'headers'> {
  /** The trace that the job belongs to. @default one of its own */
  traceparent?: string | undefined;
  /** Where the submit stands in the body. */
  pointer?: string;
  /** Faults that its refusal lists. @default limits.maxListedErrors */
  maxListedErrors?: number;
}

/** A submission out of a body, or an entry of a batch. Throws what is wrong with it. */
export function submissionOf(body: Json, submitter: Submitter): Submission {
  const { principal, headers, traceparent, pointer = '', maxListedErrors } = submitter;
  const { idempotencyKey: field, ...submit } = readSubmit(body, {
    types: manifest.types,
    validators,
    pointer,
    maxListedErrors,
    allowLoopback: env('ALLOW_LOOPBACK') === '1',
  });
  const header = readIdempotencyKey(headers['idempotency-key']);
  if (field !== undefined && header !== undefined && field !== header && pointer === '') {
    const detail = 'Must be the same as the Idempotency-Key header, or left out';
    const errors = [{ pointer: '/idempotencyKey', detail }];
    throw new ApiError('invalid-input', 'Cannot accept the job: it has two idempotency keys', { errors });
  }
  return {
    principal,
    submit,
    type: typeOf(submit),
    digest: digestOfSubmit(body as JsonObject),
    idempotencyKey: field ?? header,
    traceparent,
  };
}

/** What a repeat must be equal to: everything but the key that says that it is one. */
function digestOfSubmit({ idempotencyKey: _key, ...submit }: JsonObject): string {
  return digestOf(submit);
}

/** The type of a submit that has been read. */
export function typeOf({ type: name }: Pick<SubmitRequest, 'type'>): JobType {
  const type = manifest.types[name];
  if (!type) throw new Error(`Cannot find the job type ${name}: it must be in the manifest`);
  return type;
}
