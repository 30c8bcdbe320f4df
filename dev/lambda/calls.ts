import { Readable } from 'node:stream';
import type { EnvironmentRequest } from './environment-messages.ts';
import type { FunctionPool } from './function-pool.ts';
import type { InvokeError, InvokeResult, StreamMetadata } from './invoke.ts';

type MakeEvent = () => string | Promise<string>;

export interface StreamedAnswer {
  metadata: StreamMetadata;
  body: Readable;
}

/** Runs a call whose answer comes as one payload. Never rejects: a failure is an answer. */
export function callForAnswer(pool: FunctionPool, event: MakeEvent): Promise<InvokeResult> {
  return new Promise((resolve) => {
    pool.run({
      event,
      isStreaming: false,
      onReply(reply) {
        if (reply.kind === 'answer') resolve({ ok: true, payload: parsePayload(reply.payload) });
        else if (reply.kind === 'failed') resolve({ ok: false, error: reply.error });
      },
    });
  });
}

/** Runs a call whose answer is streamed. Rejects where it fails before its metadata; later the body throws. */
export function callForStream(pool: FunctionPool, event: MakeEvent): Promise<StreamedAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<StreamedAnswer>();
  let body: Readable | undefined;
  let send: (request: EnvironmentRequest) => void = () => undefined;
  // Bytes that the reader has not asked for yet. Until then the function's writes wait, as they do on a full socket.
  let heldBytes = 0;
  const take = (bytes: number) => {
    if (bytes > 0) send({ kind: 'taken', bytes });
    heldBytes = 0;
  };
  pool.run({
    event,
    isStreaming: true,
    onReply(reply, sendToEnvironment) {
      send = sendToEnvironment;
      if (reply.kind === 'prelude') {
        body = new Readable({ read: () => take(heldBytes) });
        // Whoever reads it hears of it; a body that nobody reads yet must not take the server with it.
        body.on('error', () => undefined);
        resolve({ metadata: reply.metadata, body });
      } else if (reply.kind === 'chunk') {
        const isWanted = body === undefined || body.destroyed || body.push(reply.bytes);
        if (isWanted) take(heldBytes + reply.bytes.byteLength);
        else heldBytes += reply.bytes.byteLength;
      } else if (reply.kind === 'ended') {
        body?.push(null);
      } else if (reply.kind === 'failed') {
        const error = asError(reply.error);
        if (body === undefined) reject(error);
        else body.destroy(error);
      }
    },
  });
  return promise;
}

/** An InvokeError as something to throw. */
export function asError({ errorType, errorMessage }: InvokeError): Error {
  return Object.assign(new Error(errorMessage), { name: errorType });
}

function parsePayload(payload: string | undefined): unknown {
  return payload === undefined ? null : JSON.parse(payload);
}
