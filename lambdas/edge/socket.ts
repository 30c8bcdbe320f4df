import type { ApiError } from '../../protocol/errors.ts';
import type { Principal } from '../../protocol/principal.ts';
import { log, withLogFields } from './log.ts';
import { flushMetrics } from './metrics.ts';
import { readPrincipal } from './read-request.ts';
import { apiErrorOf } from './respond.ts';

/** What the platform hands over of a WebSocket ("WebSocket API mapping template reference"). */
export interface SocketEvent {
  requestContext: {
    eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
    connectionId: string;
    requestId: string;
    authorizer?: Record<string, unknown> | null;
  };
  headers?: Record<string, string | undefined> | null;
  body?: string | null;
  isBase64Encoded?: boolean;
}

/** One message of a client, with what its answer needs to know of the call. */
export interface SocketMessage {
  connection: string;
  text: string;
  requestId: string;
  /** Milliseconds until the platform ends this call. */
  remainingMs(): number;
}

/** What is done about a WebSocket. */
export interface SocketStories {
  /** Takes a connection; `offered` are the subprotocols that the client speaks. Undefined refuses it. */
  connect(connection: string, client: { principal: Principal; offered: string[] }): Promise<Handshake | undefined>;
  message(message: SocketMessage): Promise<void>;
  /** Tells a client what was wrong with its message. The connection stays. */
  refuse(message: SocketMessage, error: ApiError): Promise<void>;
  disconnect(connection: string): Promise<void>;
}

export interface Handshake {
  /** Named in the answer where the client offered it. */
  subprotocol?: string | undefined;
}

interface SocketAnswer {
  statusCode: number;
  headers?: Record<string, string>;
}

/** A Lambda handler of the WebSocket API. Here is where all errors are caught. */
export function socket(stories: SocketStories) {
  return async (event: SocketEvent, context: { getRemainingTimeInMillis(): number }): Promise<SocketAnswer> => {
    const { eventType, connectionId, requestId } = event.requestContext;
    const remainingMs = () => context.getRemainingTimeInMillis();
    try {
      return await withLogFields({ requestId, connection: connectionId }, () =>
        answer(event, { stories, remainingMs }),
      );
    } catch (thrown) {
      log.error('WebSocket call failed', { requestId, eventType, connection: connectionId, error: thrown });
      return { statusCode: 500 };
    } finally {
      flushMetrics();
    }
  };
}

async function answer(event: SocketEvent, taking: Taking): Promise<SocketAnswer> {
  const { eventType, connectionId } = event.requestContext;
  if (eventType === 'CONNECT') return await open(event, taking.stories);
  if (eventType === 'DISCONNECT') await taking.stories.disconnect(connectionId);
  else await take(event, taking);
  return { statusCode: 200 };
}

async function open({ requestContext, headers }: SocketEvent, { connect }: SocketStories): Promise<SocketAnswer> {
  const [, offered = ''] =
    Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'sec-websocket-protocol') ?? [];
  const handshake = await connect(requestContext.connectionId, {
    principal: readPrincipal(requestContext.authorizer),
    offered: offered.split(',').flatMap((name) => name.trim() || []),
  });
  if (!handshake) return { statusCode: 400 };
  const { subprotocol } = handshake;
  return { statusCode: 200, ...(subprotocol && { headers: { 'Sec-WebSocket-Protocol': subprotocol } }) };
}

interface Taking {
  stories: SocketStories;
  remainingMs(): number;
}

async function take(event: SocketEvent, { stories, remainingMs }: Taking): Promise<void> {
  const { connectionId: connection, requestId } = event.requestContext;
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : (event.body ?? '');
  const message: SocketMessage = { connection, text, requestId, remainingMs };
  try {
    await stories.message(message);
  } catch (thrown) {
    const error = apiErrorOf(thrown);
    if (error.status >= 500) log.error('message failed', { code: error.code, error: thrown });
    await stories.refuse(message, error);
  }
}
