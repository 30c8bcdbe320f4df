import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Invoke } from '../lambda/invoke.ts';
import type { Log } from '../log/log.ts';
import { domainNameOf, eventHeaders, sourceIpOf } from '../rest-api/event-headers.ts';
import { GatewayError } from '../rest-api/gateway-error.ts';
import { parseTarget } from '../rest-api/parse-target.ts';
import { newExtendedRequestId } from '../rest-api/request-context.ts';
import { authorizeConnect, callConnect, checkHandshake } from './connect.ts';
import type { Connections } from './connections.ts';
import { openConnection } from './open-connection.ts';
import type { Route, WebSocketApi } from './read-websocket-api.ts';
import { HandshakeRefused, refuseHandshake } from './refuse-handshake.ts';
import type { ConnectionFacts } from './socket-events.ts';
import type { WebSocketLimits } from './websocket-limits.ts';

interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

interface HandshakeOptions {
  api: WebSocketApi;
  invoke: Invoke;
  log: Log;
  connections: Connections;
  engine: Engine;
  limits: WebSocketLimits;
  mayConnect(): boolean;
  mayPass(route: Route): boolean;
  now(): number;
}

/** Does the framing of WebSockets. The subprotocol is the one that $connect has named for the request. */
export interface Engine {
  server: WebSocketServer;
  protocols: WeakMap<IncomingMessage, string>;
}

/** An engine without a server of its own and, like API Gateway, without compression. */
export function webSocketEngine({ maxMessageBytes, closeTimeoutMs }: WebSocketLimits): Engine {
  const protocols = new WeakMap<IncomingMessage, string>();
  // A variable, for the types of `ws` do not know `closeTimeout` yet.
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    closeTimeout: closeTimeoutMs,
    handleProtocols: (_: Set<string>, request: IncomingMessage) => protocols.get(request) ?? false,
  };
  return { server: new WebSocketServer(options), protocols };
}

/** Takes one handshake through the authorizer and $connect, to an open connection or to a refusal. */
export async function shakeHands(upgrade: Upgrade, options: HandshakeOptions): Promise<void> {
  const { request, socket } = upgrade;
  const { api, log, now } = options;
  const startedMs = now();
  const connection: ConnectionFacts = {
    id: newExtendedRequestId(),
    connectedAtMs: startedMs,
    domainName: domainNameOf(request),
    identity: {
      ...(request.headers['user-agent'] !== undefined && { userAgent: request.headers['user-agent'] }),
      sourceIp: sourceIpOf(request),
    },
    authorizer: undefined,
  };
  const tell = (status: number, note?: string) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    log.request({ method: 'GET', path, status, durationMs: now() - startedMs, ...(note !== undefined && { note }) });
  };
  // Until the engine takes the socket over, a client that leaves must not end the server.
  socket.on('error', () => undefined);
  try {
    const protocol = await askToConnect(upgrade, connection, options);
    if (protocol !== undefined) options.engine.protocols.set(request, protocol);
    open(upgrade, connection, options);
    tell(101, connection.id);
  } catch (cause) {
    const refused = asRefusal(cause);
    if (!(cause instanceof HandshakeRefused || cause instanceof GatewayError)) {
      log.error('live', `Cannot open a connection to ${api.stage}: ${String(cause)}`);
    }
    refuseHandshake(socket, refused, { connectionId: connection.id, requestId: newExtendedRequestId() });
    tell(refused.status, refused.message);
  }
}

/** Resolves with the subprotocol that $connect names, if any; sets what the authorizer answered. */
async function askToConnect(
  { request }: Upgrade,
  connection: ConnectionFacts,
  options: HandshakeOptions,
): Promise<string | undefined> {
  const { api, invoke, limits, mayConnect, mayPass } = options;
  checkHandshake(request);
  const { path, query } = parseTarget(request.url ?? '/');
  if (path.replace(/\/+$/, '') !== `/${api.stage}`) throw new HandshakeRefused(403, 'Forbidden', 'no such stage');
  const route = api.routes.get('$connect');
  if (!mayConnect() || (route !== undefined && !mayPass(route))) {
    throw new HandshakeRefused(429, 'Too Many Requests', 'too many connects at once');
  }
  if (route === undefined) return undefined;
  const handshake = { eventHeaders: eventHeaders(request), query };
  const nowMs = connection.connectedAtMs;
  const call = { api, invoke, handshake, nowMs, timeoutMs: limits.integrationTimeoutMs };
  if (route.authorizer !== undefined) {
    connection.authorizer = await authorizeConnect(route.authorizer, connection, call);
  }
  return await callConnect(route, connection, call);
}

function open({ request, socket, head }: Upgrade, facts: ConnectionFacts, options: HandshakeOptions): void {
  const { connections, engine, limits, now } = options;
  let opened: WebSocket | undefined;
  engine.server.handleUpgrade(request, socket, head, (webSocket) => {
    opened = webSocket;
    const connection = { ...facts, socket: webSocket, lastActiveAtMs: now(), lastPost: Promise.resolve() };
    openConnection(connection, { connections, limits, stream: socket, now });
  });
  // $connect has said yes to a client that is gone: the functions hear of its end like of any other.
  if (opened === undefined) connections.events.onEnd(facts, 1006, 'Connection Closed Abnormally');
}

function asRefusal(cause: unknown): HandshakeRefused {
  if (cause instanceof HandshakeRefused) return cause;
  if (!(cause instanceof GatewayError)) return new HandshakeRefused(500, 'Internal server error', String(cause));
  return new HandshakeRefused(cause.status, cause.clientMessage ?? 'Internal server error', cause.message);
}
