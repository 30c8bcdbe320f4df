import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import type { FunctionDefinition } from './function-definition.ts';
import type { InvokeError } from './invoke.ts';
import type { ThreadData, ThreadReply, ThreadRequest } from './thread-messages.ts';

/** How long a function may take to load ("Lambda execution environment lifecycle"). */
const initTimeoutMs = 10_000;
/** The share of a function's memory that its heap may take, as Lambda's Node runtime sets it. */
const heapShare = 0.9;
const threadFile = new URL('./environment-thread.ts', import.meta.url);

interface EnvironmentEvents {
  line(text: string): void;
  reply(reply: Exclude<ThreadReply, { kind: 'ready' | 'init-failed' }>): void;
  /** The thread is gone: by its own fault with `error`, else because it was stopped. Told once, and last. */
  gone(error: InvokeError): void;
}

/** A thread that runs one function's code. */
export interface Environment {
  /** Resolves once the code is loaded; rejects with an InvokeError where it cannot be. */
  ready: Promise<void>;
  send(request: ThreadRequest): void;
  stop(): void;
}

/** Starts a thread for `definition`. */
export function startEnvironment(definition: FunctionDefinition, events: EnvironmentEvents): Environment {
  const worker = new Worker(threadFile, {
    name: definition.title,
    workerData: threadData(definition),
    env: definition.variables,
    resourceLimits: { maxOldGenerationSizeMb: Math.floor(definition.memoryMb * heapShare) },
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  // Whoever waits hears of it; an environment that fails with nobody waiting tells it by `gone` alone.
  ready.catch(() => undefined);
  let fault: InvokeError | undefined;
  const initTimer = setTimeout(() => {
    fault = {
      errorType: 'Sandbox.Timedout',
      errorMessage: `Init phase timed out after ${initTimeoutMs / 1000} seconds`,
    };
    void worker.terminate();
  }, initTimeoutMs);

  readLines(worker.stdout, events.line);
  readLines(worker.stderr, events.line);
  worker.on('message', (reply: ThreadReply) => {
    if (reply.kind === 'ready') {
      clearTimeout(initTimer);
      resolve();
    } else if (reply.kind === 'init-failed') {
      fault = reply.error;
    } else {
      events.reply(reply);
    }
  });
  worker.on('error', (error: unknown) => {
    fault ??= describeFault(error, definition);
  });
  worker.on('exit', (code) => {
    clearTimeout(initTimer);
    const error = fault ?? describeExit(code);
    reject(error);
    events.gone(error);
  });

  return { ready, send: (request) => worker.postMessage(request), stop: () => void worker.terminate() };
}

function threadData({ directory, handler, name, arn, memoryMb }: FunctionDefinition): ThreadData {
  return { directory, handler, functionName: name, functionArn: arn, memoryMb };
}

function readLines(stream: Readable, onLine: (text: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}

function describeFault(error: unknown, { memoryMb }: FunctionDefinition): InvokeError {
  if (!(error instanceof Error)) return { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: String(error) };
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    const errorMessage = `Runtime exited with error: signal: killed (out of ${memoryMb} MB of memory)`;
    return { errorType: 'Runtime.OutOfMemory', errorMessage };
  }
  return { errorType: error.name, errorMessage: error.message };
}

function describeExit(code: number): InvokeError {
  const errorMessage =
    code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
  return { errorType: 'Runtime.ExitError', errorMessage };
}
