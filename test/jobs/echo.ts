import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { defineJob } from '../../lambdas/define-job.ts';

/** The smallest job there is: what it costs is what the platform costs. */
export default defineJob({
  description: 'Answers with what it was given, after a pause if one is asked for.',
  input: z.strictObject({
    value: z.unknown(),
    delayMs: z.int().min(0).max(60_000).optional(),
  }),
  output: z.object({ value: z.unknown() }),
  limits: { timeoutSeconds: 65, memoryMb: 256, maxRuns: 3, backoffSeconds: 1 },

  async run({ value, delayMs = 0 }, { signal }) {
    if (delayMs > 0) await sleep(delayMs, undefined, { signal });
    return { value };
  },
});
