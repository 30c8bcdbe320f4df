// Preloaded into the processes of functions (NODE_OPTIONS): MiniStack runs them without the global `awslambda` that
// Lambda's Node runtimes have. This one collects what a function streams, and answers with all of it at the end.
import { Writable } from 'node:stream';

interface Metadata {
  statusCode: number;
  headers?: Record<string, string>;
}

class CollectedAnswer extends Writable {
  metadata: Metadata = { statusCode: 200 };
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  get body(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

type StreamHandler = (event: unknown, stream: Writable, context: unknown) => Promise<void>;

Object.assign(globalThis, {
  awslambda: {
    streamifyResponse: (handler: StreamHandler) => async (event: unknown, context: unknown) => {
      const answer = new CollectedAnswer();
      await handler(event, answer, context);
      return { ...answer.metadata, body: answer.body };
    },
    HttpResponseStream: {
      from(answer: CollectedAnswer, metadata: Metadata): Writable {
        answer.metadata = metadata;
        return answer;
      },
    },
  },
});
