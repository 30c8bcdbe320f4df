// One execution environment of a function, in a thread of its own. It plays the part of Lambda's Node runtime: loads
// the bundle once, then answers one call at a time. Whatever the handler does to its thread ends here.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { InvokeError } from './invoke.ts';
import { awslambda, isStreamHandler, ResponseStream } from './response-stream.ts';
import type { ThreadData, ThreadReply, ThreadRequest } from './thread-messages.ts';

type Handler = (event: unknown, context: unknown) => unknown;
type Call = Extract<ThreadRequest, { kind: 'invoke' }>;

/** Bytes of an answer that Lambda takes ("Lambda quotas"). */
const maxPayloadBytes = 6_291_556;

if (parentPort === null) throw new Error('Cannot run an execution environment: it must be started as a thread');
const port = parentPort;
const data: ThreadData = workerData;
let openStream: ResponseStream | undefined;

Object.assign(globalThis, { awslambda });
const handler = loadHandler();

port.on('message', (message: ThreadRequest) => {
  if (message.kind === 'taken') return openStream?.taken(message.bytes);
  const run = message.isStreaming ? stream : answer;
  run(message).catch((error: unknown) => {
    console.error(error);
    openStream?.destroy();
    reply({ kind: 'failed', error: describeError(error) });
  });
});

function loadHandler(): Handler {
  try {
    const [file = '', name = ''] = data.handler.split('.');
    const modulePath = join(data.directory, file);
    const exported: Record<string, unknown> = createRequire(modulePath)(modulePath);
    const found = exported[name];
    if (typeof found !== 'function') {
      throw new TypeError(`Cannot load ${data.handler}: the export is ${typeof found}, it must be a function`);
    }
    reply({ kind: 'ready' });
    return found as Handler;
  } catch (error) {
    console.error(error);
    reply({ kind: 'init-failed', error: describeError(error) });
    throw error;
  }
}

async function answer(call: Call): Promise<void> {
  const payload = JSON.stringify(await handler(JSON.parse(call.event), makeContext(call)));
  if (payload !== undefined && Buffer.byteLength(payload) > maxPayloadBytes) {
    const errorMessage = `Response payload size exceeded maximum allowed payload size (${maxPayloadBytes} bytes).`;
    return reply({ kind: 'failed', error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } });
  }
  reply({ kind: 'answer', payload });
}

async function stream(call: Call): Promise<void> {
  if (!isStreamHandler(handler))
    throw new TypeError('Cannot stream the answer: the handler must be made by streamifyResponse');
  const output = new ResponseStream(port);
  openStream = output;
  const finished = new Promise<void>((resolve, reject) => output.once('finish', resolve).once('error', reject));
  // Looked at once the handler has returned: its own failure is the one to tell.
  finished.catch(() => undefined);
  await handler(JSON.parse(call.event), output, makeContext(call));
  if (!output.writableEnded) output.end();
  await finished;
  openStream = undefined;
  if (!output.hasPrelude)
    throw new Error('Cannot stream the answer: it ended before its first write, which sends the metadata');
  reply({ kind: 'ended' });
}

function makeContext({ requestId, deadlineMs }: Call) {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
    invokedFunctionArn: data.functionArn,
    logGroupName: `/aws/lambda/${data.functionName}`,
    logStreamName: 'local',
    memoryLimitInMB: String(data.memoryMb),
  };
}

function describeError(error: unknown): InvokeError {
  if (error instanceof Error) return { errorType: error.name, errorMessage: error.message };
  return { errorType: typeof error, errorMessage: String(error) };
}

function reply(message: ThreadReply): void {
  port.postMessage(message);
}
