import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { defineJob, JobError } from '../lambdas/define-job.ts';

const longestMs = 14 * 60_000;

/** The demo for live channels: progress and one part at every step. */
export default defineJob({
  description:
    'Counts down and tells of every step, for 14 minutes in all at most: shows what clients see while a job runs.',
  input: z.strictObject({
    steps: z.int().min(1).max(1000),
    intervalMs: z
      .int()
      .min(0)
      .max(60_000)
      .describe('The pause before each step; steps times intervalMs must be at most 840000'),
  }),
  output: z.object({ steps: z.int() }),
  limits: { timeoutSeconds: 890, memoryMb: 256, batch: 1, maxRuns: 3 },

  async run({ steps, intervalMs }, { signal, progress, emit }) {
    if (steps * intervalMs > longestMs) {
      const message = `Cannot count ${steps} steps of ${intervalMs} ms: together they must take at most ${longestMs} ms`;
      throw new JobError('too-long', message, { final: true });
    }
    for (let step = 1; step <= steps; step++) {
      await sleep(intervalMs, undefined, { signal });
      await emit({ step, left: steps - step });
      progress((100 * step) / steps, `Step ${step} of ${steps}`);
    }
    return { steps };
  },
});
