import type { Readable } from 'node:stream';
import * as z from 'zod';
import { limits as bounds } from '../protocol/limits.ts';
import type { Json, TypeLimits } from '../protocol/types.ts';
import { uploadReferencePattern } from '../protocol/uploads.ts';
import type { GuardedRequest, GuardedResponse } from './deliver/guarded-fetch.ts';

/** The limits of a type that names none. `lib/manifest.ts` lays a type's own over them. */
export const defaultLimits: TypeLimits = {
  timeoutSeconds: 60,
  memoryMb: 512,
  maxRuns: bounds.defaultMaxRuns,
  concurrency: 20,
  batch: 10,
  backoffSeconds: 5,
  maxBackoffSeconds: 900,
  retentionDays: bounds.defaultRetentionDays,
};

/** What a handler may know of the job that it runs. `id` and `run` together name this run: good as idempotency keys. */
export interface RunningJob {
  id: string;
  tenant: string;
  type: string;
  /** 1 for the first run, up to `maxRuns`. */
  run: number;
  maxRuns: number;
  /** RFC 3339. */
  createdAt: string;
  metadata: Record<string, string>;
  /** The trace that the job belongs to (W3C Trace Context): pass it on with what the handler calls. */
  traceparent?: string;
}

type LogLine = (message: string, fields?: Record<string, unknown>) => void;

/** Structured log lines that carry the job, its run and its trace. */
export interface RunLog {
  debug: LogLine;
  info: LogLine;
  warn: LogLine;
  error: LogLine;
}

/** What the platform hands to a handler. */
export interface RunContext {
  /** Aborts when the job is canceled, when its deadline passes, or when the run is out of time. */
  signal: AbortSignal;
  /** Tells clients how far the run is: `percent` from 0 to 100. Cheap: calls are batched, and a newer one replaces an older one. */
  progress(percent?: number, message?: string): void;
  /** Sends a partial result, up to 256 KiB of JSON, to every client that follows the job. Resolves once it is taken; await it, so that a fast handler cannot run ahead of the log. */
  emit(part: Json): Promise<void>;
  log: RunLog;
  job: RunningJob;
  /** An HTTP request to a public https address; private ones are refused. Follows no redirects. Rejects with a plain-worded Error. */
  fetch(url: string, request?: GuardedRequest): Promise<GuardedResponse>;
  /** The value of a secret that the type lists under `secrets`, at most five minutes old. Rejects where it has none. */
  secret(name: string): Promise<string>;
  /** Opens the bytes behind an `upload://` reference of the job's input, as a stream. */
  openUpload(reference: string): Promise<{ stream: Readable; bytes: number }>;
}

/** A job type: what a file in `jobs/` exports by default. */
export interface JobDefinition<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  /** One or two sentences for whoever submits jobs of this type. */
  description: string;
  input: Input;
  output: Output;
  /** @default `defaultLimits`, for each limit that is left out */
  limits?: Partial<TypeLimits>;
  /** True: jobs with the same `orderKey` run one after another, in the order of their submits. @default false */
  ordered?: boolean;
  /** The names of the secrets that the handler reads by `secret(name)`, such as a provider's key. @default none */
  secrets?: readonly string[];
  /** Does the work and returns the output. A throw means another run after a pause; a final `JobError` means failed at once. */
  run(input: z.output<Input>, context: RunContext): Promise<z.input<Output>> | z.input<Output>;
}

/**
 * Declares a job type. The file's name is the type's name; queue, worker, validation and documentation follow from what
 * is declared here.
 */
export function defineJob<Input extends z.ZodType, Output extends z.ZodType>(
  definition: JobDefinition<Input, Output>,
): JobDefinition<Input, Output> {
  return definition;
}

/** Ends a run with a code and a message for the client. */
export class JobError extends Error {
  readonly code: string;
  readonly final: boolean;

  /**
   * @param code in kebab-case, for programs
   * @param message for people: what was wrong, where, and what is allowed
   * @param options `final`: true where another run cannot do better; the job fails at once. @default false
   */
  constructor(code: string, message: string, { final = false, cause }: { final?: boolean; cause?: unknown } = {}) {
    super(message, { cause });
    this.name = 'JobError';
    this.code = code;
    this.final = final;
  }
}

/** The schema of an `upload://` reference in an input. */
export function upload() {
  return z.string().regex(uploadReferencePattern).describe('A reference that POST /v1/uploads gave');
}
