import { newJob } from '../../lambdas/core/job-changes.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';

export const startMs = Date.UTC(2026, 10, 22, 12);

/** A record as its submit makes it, with fields laid over it. */
export function queuedJob(fields: Partial<JobRecord> = {}): JobRecord {
  const record = newJob(
    { type: 'echo', input: { value: 1 } },
    {
      id: 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa',
      tenant: 'acme',
      type: { limits: defaultLimits, ordered: false },
      digest: 'digest',
      input: { inline: '{"value":1}', bytes: 11 },
      now: startMs,
    },
  );
  return { ...record, ...fields };
}
