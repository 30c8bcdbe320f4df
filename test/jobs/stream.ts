import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { defineJob } from '../../lambdas/define-job.ts';

/** Sends parts of any number, pace and size: what every channel must deliver whole and in order. */
export default defineJob({
  description: 'Sends many partial results.',
  input: z.strictObject({
    parts: z.int().min(1).max(5000),
    intervalMs: z.int().min(0).max(1000).describe('The pause between two parts'),
    bytes: z.int().min(1).max(100_000).describe("Characters of each part's text"),
  }),
  output: z.object({ parts: z.int() }),
  limits: { timeoutSeconds: 890, memoryMb: 256, batch: 1, maxRuns: 3, backoffSeconds: 1, maxBackoffSeconds: 2 },

  async run({ parts, intervalMs, bytes }, { signal, emit }) {
    for (let index = 0; index < parts; index++) {
      if (index > 0 && intervalMs > 0) await sleep(intervalMs, undefined, { signal });
      signal.throwIfAborted();
      await emit({ index, text: `${index} `.padEnd(bytes, 'x').slice(0, bytes) });
    }
    return { parts };
  },
});
