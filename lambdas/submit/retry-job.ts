import { ApiError } from '../../protocol/errors.ts';
import { isDone } from '../../protocol/lifecycle.ts';
import { readIdempotencyKey } from '../core/idempotency-key.ts';
import type { HttpRequest, HttpResponse } from '../edge/http.ts';
import { getOwnJobWithPayloads } from '../read/find-own-job.ts';
import { retryOf } from './draft-retry.ts';
import { answerSubmission } from './submit-one.ts';

/** `POST /v1/jobs/{id}/retry`: a new job with the input of one that did not succeed. A repeat finds the same new job. */
export async function retryJob(request: HttpRequest): Promise<HttpResponse> {
  const { principal, path, headers, traceparent } = request;
  const { record, input } = await getOwnJobWithPayloads(path.id, principal.tenant);
  if (!isDone(record.status) || record.status === 'succeeded') {
    const detail = `Cannot retry the job: it is ${record.status}, it must be done and not have succeeded`;
    throw new ApiError('not-retryable', detail);
  }
  if (input === undefined) throw new Error(`Cannot retry job ${record.id}: its input is not where HEAD says`);
  const submission = await retryOf(record, input, {
    idempotencyKey: readIdempotencyKey(headers['idempotency-key']),
    traceparent,
  });
  return answerSubmission(submission, request);
}
