import { JobError } from '../../lambdas/define-job.ts';

/** The end of a job whose file cannot be read: no other run could do better. */
export function malformedCsv(message: string, cause?: unknown): JobError {
  return new JobError('malformed-csv', message, { final: true, cause });
}
