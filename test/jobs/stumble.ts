import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { defineJob } from '../../lambdas/define-job.ts';

/** Dies half-way through its parts: the log then holds parts of a run that never ended, and channels must go on. */
export default defineJob({
  description: 'Emits half of its parts, dies, and emits all of them in its second run.',
  input: z.strictObject({ parts: z.int().min(2).max(100) }),
  output: z.object({ parts: z.int() }),
  limits: { timeoutSeconds: 10, memoryMb: 256, batch: 1, maxRuns: 3, backoffSeconds: 1, maxBackoffSeconds: 2 },

  async run({ parts }, { job, emit, progress }) {
    for (let index = 0; index < parts; index++) {
      progress((100 * index) / parts);
      await emit({ run: job.run, index });
      if (job.run > 1 || index + 1 < parts / 2) continue;
      await sleep(4_000); // Until the parts so far are in the log.
      process.exit(1);
    }
    return { parts };
  },
});
