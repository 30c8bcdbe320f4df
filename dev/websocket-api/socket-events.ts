import type { EventHeaders } from '../rest-api/event-headers.ts';
import { allValues, lastValues } from '../rest-api/proxy-event.ts';
import { newExtendedRequestId, requestTime } from '../rest-api/request-context.ts';
import type { Connection } from './connections.ts';
import type { WebSocketApi } from './read-websocket-api.ts';

type EventType = 'CONNECT' | 'MESSAGE' | 'DISCONNECT';

/** What every event tells of its connection. */
export type ConnectionFacts = Pick<Connection, 'id' | 'connectedAtMs' | 'domainName' | 'identity' | 'authorizer'>;

interface ContextOptions {
  api: WebSocketApi;
  routeKey: string;
  eventType: EventType;
  nowMs: number;
}

/** `requestContext` of a WebSocket API's events ("$context variables for WebSocket APIs"). */
function requestContext(connection: ConnectionFacts, { api, routeKey, eventType, nowMs }: ContextOptions) {
  const requestId = newExtendedRequestId();
  return {
    routeKey,
    ...(connection.authorizer && { authorizer: connection.authorizer }),
    eventType,
    extendedRequestId: requestId,
    requestTime: requestTime(nowMs),
    messageDirection: 'IN',
    stage: api.stage,
    connectedAt: connection.connectedAtMs,
    requestTimeEpoch: nowMs,
    identity: connection.identity,
    requestId,
    domainName: connection.domainName,
    connectionId: connection.id,
    apiId: api.apiId,
  };
}

interface Handshake {
  eventHeaders: EventHeaders;
  query: [string, string][];
}

/** What the $connect route is called with. */
export function connectEvent(
  connection: ConnectionFacts,
  { eventHeaders, query }: Handshake,
  options: { api: WebSocketApi; nowMs: number },
) {
  return {
    ...eventHeaders,
    ...queryFields(query),
    ...stageVariablesOf(options.api),
    requestContext: requestContext(connection, { ...options, routeKey: '$connect', eventType: 'CONNECT' }),
    isBase64Encoded: false,
  };
}

/** What the REQUEST authorizer of $connect is called with. */
export function connectAuthorizerEvent(
  connection: ConnectionFacts,
  { eventHeaders, query }: Handshake,
  options: { api: WebSocketApi; nowMs: number; methodArn: string },
) {
  const { api, methodArn } = options;
  return {
    type: 'REQUEST',
    methodArn,
    ...eventHeaders,
    queryStringParameters: lastValues(query),
    multiValueQueryStringParameters: allValues(query),
    stageVariables: api.stageVariables,
    requestContext: requestContext(connection, { ...options, routeKey: '$connect', eventType: 'CONNECT' }),
  };
}

/** What a message's route is called with. */
export function messageEvent(
  connection: ConnectionFacts,
  body: string,
  options: { api: WebSocketApi; nowMs: number; routeKey: string },
) {
  return {
    requestContext: {
      ...requestContext(connection, { ...options, eventType: 'MESSAGE' }),
      messageId: newExtendedRequestId(),
    },
    ...stageVariablesOf(options.api),
    body,
    isBase64Encoded: false,
  };
}

/** What the $disconnect route is called with, once, after the end of a connection. */
export function disconnectEvent(
  connection: ConnectionFacts,
  { code, reason }: { code: number; reason: string },
  options: { api: WebSocketApi; nowMs: number },
) {
  const headers = { Host: connection.domainName, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  return {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...stageVariablesOf(options.api),
    requestContext: {
      ...requestContext(connection, { ...options, routeKey: '$disconnect', eventType: 'DISCONNECT' }),
      disconnectStatusCode: code,
      disconnectReason: reason,
    },
    isBase64Encoded: false,
  };
}

function queryFields(query: [string, string][]) {
  if (query.length === 0) return {};
  return { queryStringParameters: lastValues(query), multiValueQueryStringParameters: allValues(query) };
}

function stageVariablesOf({ stageVariables }: WebSocketApi) {
  return Object.keys(stageVariables).length === 0 ? {} : { stageVariables };
}
