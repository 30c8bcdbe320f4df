import { Readable } from 'node:stream';
import type * as z from 'zod';
import type { JobDefinition, RunContext } from '../../../lambdas/define-job.ts';
import type { Json } from '../../../protocol/types.ts';

export interface Told {
  parts: Json[];
  progress: { percent?: number; message?: string }[];
}

interface Options {
  run?: number;
  signal?: AbortSignal;
  fetch?: RunContext['fetch'];
  /** The values of the secrets that the type lists, by name. */
  secrets?: Record<string, string>;
  /** What lies behind every `upload://` reference. */
  upload?: Readable | Buffer;
}

/** Runs a job type as a worker would: input parsed, handler called, output parsed. */
export async function runJob<Input extends z.ZodType, Output extends z.ZodType>(
  job: JobDefinition<Input, Output>,
  input: z.input<Input>,
  { run = 1, signal = new AbortController().signal, fetch = unused, secrets = {}, upload }: Options = {},
): Promise<{ output: z.output<Output> } & Told> {
  const told: Told = { parts: [], progress: [] };
  const context: RunContext = {
    signal,
    progress: (percent, message) => {
      told.progress.push({ ...(percent !== undefined && { percent }), ...(message !== undefined && { message }) });
    },
    emit: async (part) => {
      told.parts.push(part);
    },
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    job: {
      id: 'job_1',
      tenant: 'tenant',
      type: 'type',
      run,
      maxRuns: 3,
      createdAt: '2026-01-01T00:00:00.000Z',
      metadata: {},
    },
    fetch,
    secret: async (name) => {
      const value = job.secrets?.includes(name) ? secrets[name] : undefined;
      if (value !== undefined) return value;
      throw new Error(`Cannot read the secret ${name}: the job type must list it, and the test must give its value`);
    },
    openUpload: async () => {
      const stream = upload instanceof Readable ? upload : Readable.from(upload ? [upload] : []);
      return { stream, bytes: upload instanceof Buffer ? upload.length : 1 };
    },
  };
  const output = job.output.parse(await job.run(job.input.parse(input), context));
  return { output, ...told };
}

function ignore(): void {}

function unused(): Promise<never> {
  throw new Error('Cannot call out: this test has not said what would answer');
}
