import type { IncomingMessage } from 'node:http';
import { GatewayError } from './gateway-error.ts';

/** The client went away before its request was whole: there is nobody to answer. */
export class ClientLeft extends Error {
  override name = 'ClientLeft';
}

/** The body of `request`. Throws 413 at the first byte over `maxBytes`, or at once where the length is announced. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const tooLarge = () =>
    new GatewayError('REQUEST_TOO_LARGE', `the body is over ${maxBytes} bytes`, {
      message: `HTTP content length exceeded ${maxBytes} bytes.`,
    });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    reject(tooLarge());
    return promise;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  const onData = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) {
      chunks.push(chunk);
      return;
    }
    request.off('data', onData);
    chunks.length = 0;
    reject(tooLarge());
  };
  request.on('data', onData);
  request.once('end', () => resolve(Buffer.concat(chunks)));
  request.once('error', () => reject(new ClientLeft('Cannot read a request: its client left')));
  request.once('close', () => reject(new ClientLeft('Cannot read a request: its client left')));
  return promise;
}
