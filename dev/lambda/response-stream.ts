import { Writable } from 'node:stream';
import type { CallReply } from './environment-messages.ts';
import type { StreamMetadata } from './invoke.ts';

export type StreamHandler = (event: unknown, stream: ResponseStream, context: unknown) => Promise<unknown>;

const streamed = Symbol.for('aws.lambda.runtime.handler.streaming');
/** Bytes that may be on their way to the reader before a write has to wait. */
const windowBytes = 64 * 1024;

/** Where a streaming handler writes. Nothing leaves before its first `write`, which sends the metadata first. */
export class ResponseStream extends Writable {
  readonly #send: (reply: CallReply) => void;
  #metadata: StreamMetadata = { statusCode: 200 };
  #hasPrelude = false;
  #underwayBytes = 0;
  #resume: (() => void) | undefined;

  constructor(send: (reply: CallReply) => void) {
    super();
    this.#send = send;
  }

  /** Whether the metadata has left: as on Lambda, only a `write` (even of an empty chunk) sends it, `end` does not. */
  get hasPrelude(): boolean {
    return this.#hasPrelude;
  }

  setMetadata(metadata: StreamMetadata): void {
    this.#metadata = metadata;
  }

  setContentType(contentType: string): void {
    this.#metadata = { statusCode: 200, headers: { 'content-type': contentType } };
  }

  override write(...write: unknown[]): boolean {
    if (!this.#hasPrelude) {
      this.#hasPrelude = true;
      this.#send({ kind: 'prelude', metadata: this.#metadata });
    }
    return Reflect.apply(super.write, this, write);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (chunk.byteLength === 0) {
      done();
      return;
    }
    this.#underwayBytes += chunk.byteLength;
    this.#send({ kind: 'chunk', bytes: chunk });
    if (this.#underwayBytes < windowBytes) done();
    else this.#resume = done;
  }

  /** The reader has taken `bytes` more. */
  taken(bytes: number): void {
    this.#underwayBytes -= bytes;
    const resume = this.#resume;
    if (resume === undefined || this.#underwayBytes >= windowBytes) return;
    this.#resume = undefined;
    resume();
  }
}

/** The global `awslambda` of Lambda's Node runtimes ("Response streaming for Lambda functions"). */
export const awslambda = {
  streamifyResponse(handler: StreamHandler): StreamHandler {
    return Object.assign(handler, { [streamed]: 'response' });
  },
  HttpResponseStream: {
    from(stream: ResponseStream, metadata: StreamMetadata): ResponseStream {
      stream.setMetadata(metadata);
      return stream;
    },
  },
};

export function isStreamHandler(handler: unknown): handler is StreamHandler {
  return typeof handler === 'function' && streamed in handler;
}
