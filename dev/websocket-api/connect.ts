import type { IncomingMessage } from 'node:http';
import type { Invoke } from '../lambda/invoke.ts';
import { refuseUnlessAllowed } from '../rest-api/authorize.ts';
import { callAuthorizer } from '../rest-api/call-authorizer.ts';
import type { EventHeaders } from '../rest-api/event-headers.ts';
import { GatewayError } from '../rest-api/gateway-error.ts';
import { identityOf } from '../rest-api/identity-source.ts';
import { timedOut, withTimeout } from '../rest-api/with-timeout.ts';
import type { Route, WebSocketApi } from './read-websocket-api.ts';
import { HandshakeRefused } from './refuse-handshake.ts';
import { type ConnectionFacts, connectAuthorizerEvent, connectEvent } from './socket-events.ts';

interface ConnectOptions {
  api: WebSocketApi;
  invoke: Invoke;
  nowMs: number;
  timeoutMs: number;
}

interface Handshake {
  eventHeaders: EventHeaders;
  query: [string, string][];
}

/** A subprotocol's name (RFC 9110, section 5.6.2). */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Throws 400 unless `request` is a WebSocket handshake (RFC 6455, section 4.2.1), before any function is called. */
export function checkHandshake({ method, headers }: IncomingMessage): void {
  const isHandshake =
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? '');
  if (!isHandshake) throw new HandshakeRefused(400, 'Bad Request', 'this is no WebSocket handshake');
  const protocols = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  if (!protocols.every((name) => token.test(name)) || new Set(protocols).size < protocols.length) {
    throw new HandshakeRefused(400, 'Bad Request', 'Sec-WebSocket-Protocol is malformed');
  }
}

/**
 * Asks the authorizer of $connect, which caches nothing on WebSocket APIs. Resolves with what later events see of the
 * caller; throws a GatewayError where it refuses or fails.
 */
export async function authorizeConnect(
  authorizer: NonNullable<Route['authorizer']>,
  connection: ConnectionFacts,
  { handshake, api, invoke, nowMs, timeoutMs }: ConnectOptions & { handshake: Handshake },
): Promise<Record<string, string | number>> {
  const { stageVariables } = api;
  const isMissing = (source: string) => identityOf(source, { ...handshake, context: {}, stageVariables }) === undefined;
  if (authorizer.identitySources.some(isMissing)) {
    throw new GatewayError('UNAUTHORIZED', 'an identity source is missing');
  }
  const methodArn = `${api.arnPrefix}$connect`;
  const event = connectAuthorizerEvent(connection, handshake, { api, nowMs, methodArn });
  const answer = await callAuthorizer(event, { invoke, functionName: authorizer.functionName, timeoutMs });
  refuseUnlessAllowed(answer, methodArn);
  return answer.authorizer;
}

/**
 * Calls the integration of $connect. Resolves with the subprotocol that it names, if any; throws where it answers no
 * 2xx, which refuses the handshake with its status.
 */
export async function callConnect(
  route: Route,
  connection: ConnectionFacts,
  { handshake, api, invoke, nowMs }: ConnectOptions & { handshake: Handshake },
): Promise<string | undefined> {
  const event = connectEvent(connection, handshake, { api, nowMs });
  const result = await withTimeout(invoke(route.functionName, event), route.timeoutMs);
  if (result === timedOut) throw new HandshakeRefused(504, 'Endpoint request timed out', 'no answer in time');
  if (!result.ok) {
    const { errorType, errorMessage } = result.error;
    throw new HandshakeRefused(502, 'Internal server error', `the function failed: ${errorType}: ${errorMessage}`);
  }
  const { payload } = result;
  const answer = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  const status = Number(answer.statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new HandshakeRefused(502, 'Internal server error', 'malformed Lambda proxy response: it has no statusCode');
  }
  if (status >= 300) throw new HandshakeRefused(status, messageFor(status), `$connect answered ${status}`);
  const headers = Object.entries(answer.headers ?? {});
  const chosen = headers.find(([name]) => name.toLowerCase() === 'sec-websocket-protocol')?.[1];
  return typeof chosen === 'string' && token.test(chosen) ? chosen : undefined;
}

function messageFor(status: number): string {
  if (status === 401) return 'Unauthorized';
  return status < 500 ? 'Forbidden' : 'Internal server error';
}
