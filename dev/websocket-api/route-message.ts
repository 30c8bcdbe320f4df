import type { Invoke } from '../lambda/invoke.ts';
import type { Log } from '../log/log.ts';
import { timedOut, withTimeout } from '../rest-api/with-timeout.ts';
import type { Connection } from './connections.ts';
import type { Route, WebSocketApi } from './read-websocket-api.ts';
import { selectRoute } from './select-route.ts';
import { messageEvent } from './socket-events.ts';

interface RouteOptions {
  api: WebSocketApi;
  invoke: Invoke;
  log: Log;
  /** Whether the throttle of a route lets one more call pass. */
  mayPass(route: Route): boolean;
  now(): number;
}

/**
 * Calls the route of a message. Messages of one connection are routed at once, without waiting for one another: like
 * API Gateway, this promises no order between their invocations. Where a route is missing, throttled, or fails, the
 * client is told in API Gateway's words, and the connection stays.
 */
export async function routeMessage(connection: Connection, text: string, options: RouteOptions): Promise<void> {
  const { api, invoke, log, mayPass, now } = options;
  const startedMs = now();
  const selected = selectRoute(api.routeSelectionExpression, text);
  // The routes whose names start with a dollar sign are not for messages to choose.
  const ownRoute = selected?.startsWith('$') === false ? api.routes.get(selected) : undefined;
  const route = ownRoute ?? api.routes.get('$default');
  const routeKey = route?.routeKey ?? '$default';
  const event = messageEvent(connection, text, { api, routeKey, nowMs: startedMs });
  const refuse = (message: string, note: string) => {
    const { requestId } = event.requestContext;
    sendIfOpen(connection, JSON.stringify({ message, connectionId: connection.id, requestId }));
    log.warn('live', `${routeKey} ${connection.id}: ${note}`);
  };
  if (route === undefined) return refuse('Forbidden', 'no route takes this message');
  if (!mayPass(route)) return refuse('Too Many Requests', 'the throttle of the stage');
  const result = await withTimeout(invoke(route.functionName, event), route.timeoutMs);
  if (result === timedOut) return refuse('Endpoint request timed out', `no answer in ${route.timeoutMs} ms`);
  if (!result.ok) {
    const { errorType, errorMessage } = result.error;
    return refuse('Internal server error', `the function failed: ${errorType}: ${errorMessage}`);
  }
  const { payload } = result;
  const body = typeof payload === 'object' && payload !== null && 'body' in payload ? payload.body : undefined;
  if (route.isTwoWay && typeof body === 'string') sendIfOpen(connection, body);
}

function sendIfOpen({ socket }: Connection, text: string): void {
  if (socket.readyState === socket.OPEN) socket.send(text);
}
