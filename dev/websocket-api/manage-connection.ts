import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../rest-api/gateway-error.ts';
import { percentDecode } from '../rest-api/percent-decode.ts';
import { ClientLeft, readBody } from '../rest-api/read-body.ts';
import { newExtendedRequestId } from '../rest-api/request-context.ts';
import type { Connection, Connections } from './connections.ts';
import type { WebSocketLimits } from './websocket-limits.ts';

interface ManageOptions {
  connections: Connections;
  limits: WebSocketLimits;
  now(): number;
}

interface Reply {
  status: number;
  /** For the header x-amzn-ErrorType, by which the SDK's clients tell errors apart. */
  errorType?: string;
  body?: object;
}

const gone: Reply = { status: 410, errorType: 'GoneException', body: { message: 'Gone' } };
const tooLarge: Reply = { status: 413, errorType: 'PayloadTooLargeException', body: { message: 'Payload too large' } };
const bufferFull: Reply = { status: 429, errorType: 'LimitExceededException', body: { message: 'Limit exceeded' } };
const forbidden: Reply = { status: 403, errorType: 'ForbiddenException', body: { message: 'Forbidden' } };

/**
 * Serves `/@connections/{id}` below any stage ("@connections commands"): POST sends, GET describes, DELETE closes. The
 * signature itself is not checked, but a call without one is refused, as it would be on AWS.
 */
export async function manageConnection(
  request: IncomingMessage,
  response: ServerResponse,
  options: ManageOptions,
): Promise<void> {
  try {
    sendReply(response, await reply(request, options));
  } catch (error) {
    if (error instanceof ClientLeft) return;
    if (!(error instanceof GatewayError)) throw error;
    response.shouldKeepAlive = false;
    sendReply(response, tooLarge);
    request.resume();
  }
}

async function reply(request: IncomingMessage, options: ManageOptions): Promise<Reply> {
  const encodedId = /\/@connections\/([^/?]+)(?:\?|$)/.exec(request.url ?? '')?.[1];
  const isSigned = request.headers.authorization?.startsWith('AWS4-') === true;
  if (encodedId === undefined || !isSigned) {
    request.resume();
    return forbidden;
  }
  const connection = options.connections.byId.get(percentDecode(encodedId) ?? encodedId);
  if (request.method === 'POST') return await post(request, connection, options);
  request.resume();
  if (request.method !== 'GET' && request.method !== 'DELETE') return forbidden;
  if (!isOpen(connection)) return gone;
  if (request.method === 'GET') return { status: 200, body: describe(connection) };
  connection.socket.close(1000, 'Connection Closed Normally');
  return { status: 204 };
}

/** Sends a message after those that were posted before it, though its body may be read sooner. */
async function post(request: IncomingMessage, connection: Connection | undefined, options: ManageOptions) {
  const reading = readBody(request, options.limits.maxMessageBytes);
  if (connection === undefined) {
    await reading;
    return gone;
  }
  const sending = Promise.allSettled([reading, connection.lastPost]).then(([body]) => {
    if (body.status === 'rejected') throw body.reason;
    return send(connection, body.value.toString(), options);
  });
  connection.lastPost = sending.then(
    () => undefined,
    () => undefined,
  );
  return await sending;
}

function send(connection: Connection, text: string, { limits, now }: ManageOptions): Reply {
  const { socket } = connection;
  if (!isOpen(connection)) return gone;
  if (socket.bufferedAmount > limits.maxBufferedBytes) return bufferFull;
  socket.send(text);
  connection.lastActiveAtMs = now();
  return { status: 200 };
}

function isOpen(connection: Connection | undefined): connection is Connection {
  return connection !== undefined && connection.socket.readyState === connection.socket.OPEN;
}

function describe({ connectedAtMs, lastActiveAtMs, identity }: Connection): object {
  return {
    connectedAt: new Date(connectedAtMs).toISOString(),
    identity,
    lastActiveAt: new Date(lastActiveAtMs).toISOString(),
  };
}

function sendReply(response: ServerResponse, { status, errorType, body }: Reply): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'x-amzn-RequestId': newExtendedRequestId(),
    ...(errorType && { 'x-amzn-ErrorType': errorType }),
    ...(status !== 204 && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
  });
  response.end(text);
}
