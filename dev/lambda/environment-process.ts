// One execution environment of a function, in a process of its own. It plays the part of Lambda's Node runtime: loads
// the bundle once, then answers one call at a time. Whatever the handler does to its process ends here.
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { EnvironmentReply, EnvironmentRequest, EnvironmentTask } from './environment-messages.ts';
import type { InvokeError } from './invoke.ts';
import { awslambda, isStreamHandler, ResponseStream } from './response-stream.ts';

type Handler = (event: unknown, context: unknown) => unknown;
type Call = Extract<EnvironmentRequest, { kind: 'invoke' }>;

/** Bytes of an answer that Lambda takes ("Lambda quotas"). */
const maxPayloadBytes = 6_291_556;

const task: EnvironmentTask = JSON.parse(process.argv[2] ?? '{}');
let openStream: ResponseStream | undefined;

// Ctrl-C reaches the whole group; the local server, which decides what ends when, is told by it too.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.on('uncaughtException', (cause, origin) => {
  console.error(cause);
  const { errorType, errorMessage } = describeError(cause);
  const isRejection = origin === 'unhandledRejection';
  crash({ errorType: isRejection ? 'Runtime.UnhandledPromiseRejection' : errorType, errorMessage });
});

Object.assign(globalThis, { awslambda });
const handler = loadHandler();
reply({ kind: 'ready' });

process.on('message', (message: EnvironmentRequest) => {
  if (message.kind === 'taken') return openStream?.taken(message.bytes);
  const run = message.isStreaming ? stream : answer;
  run(message).catch((error: unknown) => {
    console.error(error);
    openStream?.destroy();
    reply({ kind: 'failed', error: describeError(error) });
  });
});

function loadHandler(): Handler {
  const [file = '', name = ''] = task.handler.split('.');
  const modulePath = join(task.directory, file);
  asInItsOwnPackage(task.directory);
  const exported: Record<string, unknown> = createRequire(modulePath)(modulePath);
  const found = exported[name];
  if (typeof found === 'function') return found as Handler;
  throw new TypeError(`Cannot load ${task.handler}: the export is ${typeof found}, it must be a function`);
}

/** On Lambda, the code's folder is in no package; here a package.json further up may say that `.js` means ESM. */
function asInItsOwnPackage(directory: string): void {
  const prefix = `${pathToFileURL(directory).href}/`;
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.startsWith(prefix) || !url.endsWith('.js')) return nextLoad(url, context);
      return { format: 'commonjs', source: readFileSync(fileURLToPath(url)), shortCircuit: true };
    },
  });
}

async function answer(call: Call): Promise<void> {
  const payload = JSON.stringify(await handler(JSON.parse(call.event), makeContext(call)));
  if (payload !== undefined && Buffer.byteLength(payload) > maxPayloadBytes) {
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${maxPayloadBytes} bytes).`;
    reply({ kind: 'failed', error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } });
  } else {
    reply({ kind: 'answer', payload });
  }
}

async function stream(call: Call): Promise<void> {
  if (!isStreamHandler(handler)) {
    throw new TypeError('Cannot stream the answer: the handler must be made by streamifyResponse');
  }
  const output = new ResponseStream(reply);
  openStream = output;
  const finished = new Promise<void>((resolve, reject) => output.once('finish', resolve).once('error', reject));
  // Looked at once the handler has returned: its own failure is the one to tell.
  finished.catch(() => undefined);
  await handler(JSON.parse(call.event), output, makeContext(call));
  if (!output.writableEnded) output.end();
  await finished;
  openStream = undefined;
  if (!output.hasPrelude) {
    throw new Error('Cannot stream the answer: it ended before its first write, which sends the metadata');
  }
  reply({ kind: 'ended' });
}

function makeContext({ requestId, deadlineMs }: Call) {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: task.functionName,
    functionVersion: '$LATEST',
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    invokedFunctionArn: task.functionArn,
    logGroupName: `/aws/lambda/${task.functionName}`,
    logStreamName: 'local',
    memoryLimitInMB: String(task.memoryMb),
  };
}

function describeError(error: unknown): InvokeError {
  if (error instanceof Error) return { errorType: error.name, errorMessage: error.message };
  return { errorType: typeof error, errorMessage: String(error) };
}

function reply(message: EnvironmentReply): void {
  process.send?.(message);
}

/** Says why, then ends: an environment whose code has thrown outside a call is of no more use. */
function crash(error: InvokeError): void {
  const message: EnvironmentReply = { kind: 'crashed', error };
  if (process.send === undefined) process.exit(1);
  else process.send(message, () => process.exit(1));
}
