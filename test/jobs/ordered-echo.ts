import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { defineJob, JobError } from '../../lambdas/define-job.ts';

/** The one type that is `ordered`: jobs with the same order key must not overlap nor change places. */
export default defineJob({
  description: 'Answers with what it was given and when it ran, in the order of its order key.',
  input: z.strictObject({
    value: z.unknown(),
    delayMs: z.int().min(0).max(20_000).optional(),
    fail: z.boolean().optional(),
    failures: z.int().min(0).max(1).optional().describe('Runs that fail and are made again'),
  }),
  output: z.object({ value: z.unknown(), startedAtMs: z.number(), finishedAtMs: z.number() }),
  limits: { timeoutSeconds: 30, memoryMb: 256, batch: 1, maxRuns: 2, backoffSeconds: 1, maxBackoffSeconds: 2 },
  ordered: true,

  async run({ value, delayMs = 0, fail = false, failures = 0 }, { signal, job }) {
    const startedAtMs = Date.now();
    await sleep(delayMs, undefined, { signal });
    if (fail) throw new JobError('told-to-fail', 'Fails for good, as it was told to', { final: true });
    if (job.run <= failures) throw new Error('Fails, as it was told to');
    return { value, startedAtMs, finishedAtMs: Date.now() };
  },
});
