import * as z from 'zod';
import { defineJob } from '../../lambdas/define-job.ts';

/** Dies as no handler should, so that the platform can show that the job still comes to its end. */
export default defineJob({
  description: 'Takes its process down in one of four ways, then survives.',
  input: z.strictObject({
    mode: z.enum(['exit', 'oom', 'hang', 'late-throw']),
    runs: z.int().min(1).max(20).optional().describe('Runs that die. Default: every one'),
  }),
  output: z.object({ survived: z.literal(true) }),
  limits: { timeoutSeconds: 5, memoryMb: 256, batch: 1, maxRuns: 3, backoffSeconds: 1, maxBackoffSeconds: 2 },

  async run({ mode, runs = Number.POSITIVE_INFINITY }, { job }) {
    if (job.run <= runs) await die[mode]();
    return { survived: true as const };
  },
});

const die = {
  exit(): never {
    process.exit(1);
  },

  oom(): never {
    // Large pieces: with small ones the collector fights for the last bytes until the run is out of time.
    const kept: number[][] = [];
    for (;;) kept.push(Array.from<number>({ length: 1_000_000 }).fill(kept.length));
  },

  hang(): never {
    for (;;);
  },

  /** Throws where no caller can catch it, while the handler still waits. */
  'late-throw'(): Promise<never> {
    setTimeout(() => {
      throw new Error('Thrown late, as it was told to');
    }, 20);
    return new Promise(() => {});
  },
};
