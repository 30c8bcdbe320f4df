import { http } from './edge/http.ts';
import { env } from './env.ts';
import { redriveDeadLetters } from './submit/redrive-dead-letters.ts';
import { retryJob } from './submit/retry-job.ts';
import { submitBatch } from './submit/submit-batch.ts';
import { submitJob } from './submit/submit-one.ts';

/** Whatever makes jobs. */
export const handler = http(env('REST_URL'), { submitJob, submitBatch, retryJob, redriveDeadLetters });
