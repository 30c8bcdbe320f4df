import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { CallReply, EnvironmentReply, EnvironmentRequest, EnvironmentTask } from './environment-messages.ts';
import type { FunctionDefinition } from './function-definition.ts';
import type { InvokeError } from './invoke.ts';

/**
 * How long a function may take to load. Lambda gives 10 s ("Lambda execution environment lifecycle"), of a machine that
 * does nothing else; a laptop that compiles beside it takes longer by the clock.
 */
const initTimeoutMs = 30_000;
/** The share of a function's memory that its heap may take, as Lambda's Node runtime sets it. */
const heapShare = 0.9;
const processFile = new URL('./environment-process.ts', import.meta.url);
/** V8's last words, which go on for pages. */
const heapIsFull = /^<--- Last few GCs --->$|heap out of memory/;

/**
 * Those that run. They end with this process, however it ends: one in an endless loop would never hear that it is alone,
 * and keep a core busy for good.
 */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

interface EnvironmentEvents {
  line(text: string): void;
  reply(reply: CallReply): void;
  /** The process is gone, by its own fault or because it was stopped. Told once, and last. */
  gone(error: InvokeError): void;
}

/** A process that runs one function's code. */
export interface Environment {
  /** Resolves once the code is loaded; where it cannot be, `gone` says why. */
  ready: Promise<void>;
  send(request: EnvironmentRequest): void;
  stop(): void;
}

/**
 * Starts a process for `definition`. A thread would be lighter, but one that asks for much memory at once takes the
 * whole process with it, whatever limits it was given.
 */
export function startEnvironment(definition: FunctionDefinition, events: EnvironmentEvents): Environment {
  const child = forkEnvironment(definition);
  running.add(child);
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let fault: InvokeError | undefined;
  const initTimer = setTimeout(() => {
    const errorMessage = `Init phase timed out after ${initTimeoutMs / 1000} seconds`;
    fault = { errorType: 'Sandbox.Timedout', errorMessage };
    child.kill('SIGKILL');
  }, initTimeoutMs);

  const onLine = (line: string) => {
    if (heapIsFull.test(line)) fault ??= outOfMemory(definition);
    if (fault?.errorType !== 'Runtime.OutOfMemory') events.line(line);
  };
  readLines(child.stdout, onLine);
  readLines(child.stderr, onLine);
  child.on('message', (reply: EnvironmentReply) => {
    if (reply.kind === 'ready') {
      clearTimeout(initTimer);
      resolve();
    } else if (reply.kind === 'crashed') {
      fault = reply.error;
    } else {
      events.reply(reply);
    }
  });
  child.on('error', (error) => {
    fault ??= { errorType: error.name, errorMessage: error.message };
  });
  child.on('exit', () => running.delete(child));
  // After `exit`, once its last lines and messages are read.
  child.on('close', (code, signal) => {
    clearTimeout(initTimer);
    events.gone(fault ?? describeExit(code, signal));
  });

  return {
    ready,
    send(request) {
      // A process that has just died tells it by `close`; what it can no longer be sent is no second fault.
      if (child.connected) child.send(request, () => undefined);
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

function forkEnvironment({ directory, handler, name, arn, memoryMb, variables }: FunctionDefinition): ChildProcess {
  const task: EnvironmentTask = { directory, handler, functionName: name, functionArn: arn, memoryMb };
  return fork(processFile, [JSON.stringify(task)], {
    cwd: directory,
    env: variables,
    execArgv: [`--max-old-space-size=${Math.floor(memoryMb * heapShare)}`, ...sourceMaps(variables)],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

/** Of the options that a template may give to Node, the one that changes what a log reader sees. */
function sourceMaps({ NODE_OPTIONS = '' }: Record<string, string>): string[] {
  return NODE_OPTIONS.includes('--enable-source-maps') ? ['--enable-source-maps'] : [];
}

function readLines(stream: Readable | null, onLine: (text: string) => void): void {
  if (stream !== null) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine);
}

function outOfMemory({ memoryMb }: FunctionDefinition): InvokeError {
  const errorMessage = `Runtime exited with error: signal: killed (out of ${memoryMb} MB of memory)`;
  return { errorType: 'Runtime.OutOfMemory', errorMessage };
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): InvokeError {
  if (code === 0) return { errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited without providing a reason' };
  const reason = signal === null ? `exit status ${code}` : `signal: ${signal}`;
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${reason}` };
}
