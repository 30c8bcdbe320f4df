import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** A handshake that is answered with an HTTP status instead of a WebSocket. `reason` is for the log alone. */
export class HandshakeRefused extends Error {
  readonly status: number;
  /** What the client may know. */
  readonly clientMessage: string;

  constructor(status: number, clientMessage: string, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'HandshakeRefused';
    this.status = status;
    this.clientMessage = clientMessage;
  }
}

/** Answers a handshake with a status and ends its connection. */
export function refuseHandshake(
  socket: Duplex,
  { status, clientMessage }: Pick<HandshakeRefused, 'status' | 'clientMessage'>,
  { connectionId, requestId }: { connectionId: string; requestId: string },
): void {
  const body = JSON.stringify({ message: clientMessage, connectionId, requestId });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `x-amzn-RequestId: ${requestId}`,
    'Connection: close',
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
