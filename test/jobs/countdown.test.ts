import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import countdown from '../../jobs/countdown.ts';
import { runJob } from './support/run-context.ts';

describe('countdown', () => {
  it('sends one part and one progress at every step', async () => {
    const { output, parts, progress } = await runJob(countdown, { steps: 4, intervalMs: 1 });
    expect(output).toEqual({ steps: 4 });
    expect(parts).toEqual([
      { step: 1, left: 3 },
      { step: 2, left: 2 },
      { step: 3, left: 1 },
      { step: 4, left: 0 },
    ]);
    expect(progress.map(({ percent }) => percent)).toEqual([25, 50, 75, 100]);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    const run = runJob(countdown, { steps: 1000, intervalMs: 60_000 / 100 }, { signal: controller.signal });
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('says where clients look how long it may count in all', () => {
    const { properties } = z.toJSONSchema(countdown.input) as { properties: Record<string, { description: string }> };
    expect(properties.intervalMs?.description).toContain('steps times intervalMs must be at most 840000');
    expect(countdown.description).toContain('14 minutes in all');
  });

  it('refuses for good to count longer than a run may take', async () => {
    const run = runJob(countdown, { steps: 1000, intervalMs: 60_000 });
    await expect(run).rejects.toMatchObject({ code: 'too-long', final: true });
  });
});
