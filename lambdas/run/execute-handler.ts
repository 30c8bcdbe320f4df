import { setTimeout as pause } from 'node:timers/promises';
import type * as z from 'zod';
import { limits } from '../../protocol/limits.ts';
import type { JobFailure, Json } from '../../protocol/types.ts';
import { boundFailure, type StopReason } from '../core/run-end.ts';
import { type JobDefinition, JobError, type RunContext } from '../define-job.ts';
import { log } from '../edge/log.ts';

/** How a handler ended: with the JSON text of its output, with an error, or because it was told to stop. */
export type HandlerEnd =
  | { text: string; output: Json }
  | { error: JobFailure; final: boolean }
  | { stopped: StopReason | 'lost' };

const reasons = {
  canceled: 'the job was canceled',
  deadline: 'the deadline of the job has passed',
  timeout: 'the run is out of time',
  lost: 'the run is over',
};

/** The reason of a run's signal. `why` is `lost` where the run must write nothing any more. */
export class RunStopped extends Error {
  readonly why: StopReason | 'lost';

  constructor(why: StopReason | 'lost') {
    super(`Cannot go on: ${reasons[why]}`);
    this.name = 'RunStopped';
    this.why = why;
  }
}

interface Execution {
  definition: JobDefinition;
  inputText: string;
  context: Omit<RunContext, 'signal'>;
  /** Its reason is a `RunStopped`. */
  signal: AbortSignal;
  /** Rejects with what the handler throws where nobody catches it. */
  lateError: Promise<never>;
}

/** What a handler that was told to stop has left to clean up, before it is given up. */
const graceMs = 1_500;

/** Parses the input, calls the handler, and checks its output. Never throws for the handler's fault. */
export async function executeHandler(execution: Execution): Promise<HandlerEnd> {
  const { definition, signal } = execution;
  let late: unknown;
  // Logged already, as what nobody caught.
  execution.lateError.catch((error: unknown) => {
    late = error;
  });
  try {
    const value = await Promise.race([callHandler(execution), execution.lateError, stopOf(signal)]);
    if (signal.aborted) return { stopped: signal.reason.why };
    return await checkOutput(definition, value);
  } catch (error) {
    if (signal.aborted) return { stopped: signal.reason.why };
    const isVerdict = error instanceof JobError && error.final;
    if (!isVerdict && error !== late) log.warn('handler threw', { error });
    return endOf(error);
  }
}

async function callHandler({ definition, inputText, context, signal }: Execution): Promise<unknown> {
  const input = await definition.input.safeParseAsync(JSON.parse(inputText));
  if (!input.success) {
    throw new JobError('invalid-input', `Cannot run on the input: ${describeIssues(input.error)}`, { final: true });
  }
  return await definition.run(input.data, { ...context, signal });
}

/** Settles a little after the signal, for a handler that does not heed it. */
async function stopOf(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  await pause(graceMs);
}

async function checkOutput(definition: JobDefinition, value: unknown): Promise<HandlerEnd> {
  const parsed = await definition.output.safeParseAsync(value);
  if (!parsed.success) return finalError('invalid-output', `Cannot take the output: ${describeIssues(parsed.error)}`);
  const text = jsonText(parsed.data);
  if (text === undefined) return finalError('invalid-output', `Cannot take the output: ${typeof value} is no JSON`);
  const bytes = Buffer.byteLength(text);
  if (bytes <= limits.maxOutputBytes) return { text, output: parsed.data as Json };
  const message = `Cannot take an output of ${bytes} bytes: it must be at most ${limits.maxOutputBytes}`;
  return finalError('output-too-large', message);
}

/** JSON text, or undefined for what has none: a function, a BigInt, a cycle. */
function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

const finalError = (code: string, message: string): HandlerEnd => ({ error: boundFailure(code, message), final: true });

function endOf(error: unknown): HandlerEnd {
  const message = textOf(error instanceof Error ? error.message : error);
  if (error instanceof JobError) return { error: boundFailure(textOf(error.code), message), final: error.final };
  return { error: boundFailure('handler-error', message), final: false };
}

/** The text of what a handler threw, which may be anything: of an object without a prototype there is none. */
function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'The handler threw something that has no text';
  }
}

const shownIssues = 5;

function describeIssues({ issues }: z.ZodError): string {
  const shown = issues.slice(0, shownIssues).map(({ path, message }) => `/${path.map(String).join('/')} ${message}`);
  return [...shown, ...(issues.length > shownIssues ? [`and ${issues.length - shownIssues} more`] : [])].join('; ');
}
