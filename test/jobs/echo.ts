import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { defineJob } from '../../lambdas/define-job.ts';

export default defineJob({
  description: 'Answers with what it was given, after a pause if one is asked for.',
  input: z.strictObject({ value: z.unknown(), delayMs: z.int().min(0).max(60_000).optional() }),
  output: z.object({ value: z.unknown() }),
  limits: { timeoutSeconds: 65, memoryMb: 256 },
  async run({ value, delayMs }, { signal }) {
    if (delayMs) await sleep(delayMs, undefined, { signal });
    return { value };
  },
});
