import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Assembly } from '../assembly/read-assembly.ts';
import type { Invoke } from '../lambda/invoke.ts';
import type { Log } from '../log/log.ts';
import { tokenBucket } from '../rest-api/token-bucket.ts';
import { type Connection, type ConnectionEvents, type Connections, newConnections } from './connections.ts';
import { shakeHands, webSocketEngine } from './handshake.ts';
import { manageConnection } from './manage-connection.ts';
import { goAway } from './open-connection.ts';
import { type Route, readWebSocketApi } from './read-websocket-api.ts';
import { routeMessage } from './route-message.ts';
import { disconnectEvent } from './socket-events.ts';
import { type WebSocketLimits, webSocketLimits } from './websocket-limits.ts';

export interface WebSocketApiOptions {
  assembly: Assembly;
  invoke: Invoke;
  log: Log;
  /** Those of the API that this one takes over from, when the stack is loaded anew. @default none are open */
  connections?: Connections;
  /** @default webSocketLimits */
  limits?: Partial<WebSocketLimits>;
  /** @default Date.now */
  now?: () => number;
}

export interface RunningWebSocketApi {
  /** Hand these to the next `startWebSocketApi`, and open sockets stay open: their messages go to the new functions. */
  connections: Connections;
  /** For the `upgrade` event of a server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Serves the functions' `/@connections/{id}` calls. */
  manage(request: IncomingMessage, response: ServerResponse): void;
  /** Closes what is open, unless another API has taken it over. */
  stop(): Promise<void>;
}

/** Serves the WebSocket API of a stack at `/<stage>`, as API Gateway would, from its template alone. */
export function startWebSocketApi(options: WebSocketApiOptions): RunningWebSocketApi {
  const { assembly, invoke, log, connections = newConnections(), now = Date.now } = options;
  const limits = { ...webSocketLimits, ...options.limits };
  const api = readWebSocketApi(assembly);
  const engine = webSocketEngine(limits);
  const mayPass = routeThrottles(now);
  const mayConnect = tokenBucket({ rate: limits.connectsPerSecond, burst: limits.connectsPerSecond }, now);
  const tell = (problem: unknown) => log.error('live', String(problem instanceof Error ? problem.stack : problem));
  const events: ConnectionEvents = {
    onMessage: (connection, text) => {
      routeMessage(connection, text, { api, invoke, log, mayPass, now }).catch(tell);
    },
    onEnd: (connection, code, reason) => {
      const route = api.routes.get('$disconnect');
      if (route === undefined) return;
      invoke(route.functionName, disconnectEvent(connection, { code, reason }, { api, nowMs: now() })).catch(tell);
    },
  };
  connections.events = events;
  return {
    connections,
    upgrade: (request, socket, head) => {
      const handshake = { request, socket, head };
      shakeHands(handshake, { api, invoke, log, connections, engine, limits, mayConnect, mayPass, now }).catch(tell);
    },
    manage: (request, response) => {
      manageConnection(request, response, { connections, limits, now }).catch((problem: unknown) => {
        tell(problem);
        response.destroy();
      });
    },
    stop: async () => {
      if (connections.events !== events) return;
      connections.events = { onMessage: () => undefined, onEnd: () => undefined };
      await Promise.all([...connections.byId.values()].map(closeForGood));
    },
  };
}

/** How long a client may take to answer the close of a server that stops. */
const farewellMs = 500;

async function closeForGood({ socket }: Connection): Promise<void> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  socket.once('close', () => resolve());
  goAway(socket);
  const timer = setTimeout(() => socket.terminate(), farewellMs);
  await closed;
  clearTimeout(timer);
}

function routeThrottles(now: () => number): (route: Route) => boolean {
  const buckets = new Map<string, () => boolean>();
  return ({ routeKey, throttle }) => {
    if (throttle === undefined) return true;
    const take = buckets.get(routeKey) ?? tokenBucket(throttle, now);
    buckets.set(routeKey, take);
    return take();
  };
}
