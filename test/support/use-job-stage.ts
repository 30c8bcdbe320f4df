import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import * as z from 'zod';
import type { JobDefinition } from '../../lambdas/define-job.ts';
import { workerFor } from '../../lambdas/run-job.ts';
import { type JobStage, openJobStage, type } from './job-stage.ts';

/** A job stage for all tests of a file: its queue is empty and its clock right at the start of each. */
export function useJobStage(): JobStage & { passTime(ms: number): void } {
  const realNow = Date.now;
  let offsetMs = 0;
  const passTime = (ms: number) => {
    offsetMs += ms;
  };
  const stage = { passTime } as ReturnType<typeof useJobStage>;
  beforeAll(async () => {
    Object.assign(stage, await openJobStage());
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterAll(() => stage.stop());
  beforeEach(() => {
    offsetMs = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + offsetMs);
  });
  afterEach(async () => {
    while (await stage.receive());
  });
  return stage;
}

/** A worker of the stage's type around a handler. */
export function workerOf(run: JobDefinition['run'], fields: Partial<JobDefinition> = {}) {
  return workerFor(type, { description: 'for tests', input: z.any(), output: z.any(), run, ...fields });
}
