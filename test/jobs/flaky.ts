import * as z from 'zod';
import { defineJob, JobError } from '../../lambdas/define-job.ts';

/** Fails as often as it is told to: shows retries, backoff and final errors. */
export default defineJob({
  description: 'Fails its first runs, or for good, then succeeds.',
  input: z.strictObject({
    failures: z.int().min(0).max(20).describe('Runs that fail'),
    final: z.boolean().optional().describe('Whether the first failure is for good'),
  }),
  output: z.object({ runs: z.int() }),
  limits: { timeoutSeconds: 5, memoryMb: 256, batch: 1, maxRuns: 25, backoffSeconds: 1, maxBackoffSeconds: 2 },

  run({ failures, final = false }, { job }) {
    if (job.run <= failures) throw new JobError('flaky', `Run ${job.run} fails, as it was told to`, { final });
    return { runs: job.run };
  },
});
