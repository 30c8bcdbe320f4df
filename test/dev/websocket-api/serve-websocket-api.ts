import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import {
  type RunningWebSocketApi,
  startWebSocketApi,
  type WebSocketApiOptions,
} from '../../../dev/websocket-api/websocket-api.ts';
import { type HandMadeResource, handMadeAssembly, invocationUri } from '../rest-api/hand-made-assembly.ts';
import { type Functions, inProcess, keptLog } from '../rest-api/serve-rest-api.ts';

interface WebSocketParts {
  /** Route keys; `authorized` puts the authorizer before $connect. @default $connect, $default, $disconnect */
  routes?: Record<string, { authorized?: boolean; twoWay?: boolean; timeoutMs?: number }>;
  identitySource?: string[];
  stage?: Record<string, unknown>;
  api?: Record<string, unknown>;
}

export const usualRoutes = { $connect: { authorized: true }, $default: {}, $disconnect: {} };

/** A template with one WebSocket API, in the form that CDK writes. Functions are named after routes. */
export function webSocketResources(parts: WebSocketParts): Record<string, HandMadeResource> {
  const resources: Record<string, HandMadeResource> = {
    Live: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.type', ...parts.api },
    },
    Stage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: { Ref: 'Live' }, StageName: 'live', AutoDeploy: true, ...parts.stage },
    },
    authorize: { Type: 'AWS::Lambda::Function' },
    Authorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        AuthorizerType: 'REQUEST',
        AuthorizerUri: invocationUri('authorize', 'invocations'),
        IdentitySource: parts.identitySource ?? [],
      },
    },
  };
  for (const [routeKey, options] of Object.entries(parts.routes ?? usualRoutes)) {
    const { authorized, twoWay, timeoutMs } = options as { authorized?: boolean; twoWay?: boolean; timeoutMs?: number };
    const functionId = routeKey.replace('$', '');
    resources[functionId] = { Type: 'AWS::Lambda::Function' };
    resources[`${functionId}Integration`] = {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: invocationUri(functionId, 'invocations'),
        ...(timeoutMs !== undefined && { TimeoutInMillis: timeoutMs }),
      },
    };
    resources[`${functionId}Route`] = {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        RouteKey: routeKey,
        AuthorizationType: authorized ? 'CUSTOM' : 'NONE',
        ...(authorized && { AuthorizerId: { Ref: 'Authorizer' } }),
        ...(twoWay && { RouteResponseSelectionExpression: '$default' }),
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${functionId}Integration` }]] },
      },
    };
  }
  return resources;
}

interface ServeOptions extends WebSocketParts, Pick<WebSocketApiOptions, 'limits' | 'connections'> {
  functions?: Functions;
}

export interface SocketEvent {
  requestContext: Record<string, unknown> & { connectionId: string; requestId: string };
  headers?: Record<string, string>;
  body?: string;
}

/** Serves a hand-made WebSocket API until the test is over; its @connections calls on a port of their own. */
export async function serveWebSocketApi({ functions = {}, limits, connections, ...parts }: ServeOptions = {}) {
  const kept = keptLog();
  const events: SocketEvent[] = [];
  const keep = (event: SocketEvent) => {
    events.push(event);
    return { statusCode: 200 };
  };
  const invoke = inProcess({ authorize: allowAll, connect: keep, default: keep, disconnect: keep, ...functions });
  const options = { invoke, log: kept.log, ...(limits && { limits }), ...(connections && { connections }) };
  const api = startWebSocketApi({ ...options, assembly: handMadeAssembly(webSocketResources(parts)) });
  const port = await listen(api);
  const open = new Set<WebSocket>();
  onTestFinished(() => {
    for (const socket of open) socket.terminate();
  });
  const connect = (path = '/live', protocols: string[] = [], clientOptions: ClientOptions = {}) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port.live}${path}`, protocols, clientOptions);
    open.add(socket);
    return socket;
  };
  return { ...kept, api, events, connect, port: port.live, callback: `http://127.0.0.1:${port.callback}/live` };
}

export function allowAll() {
  const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }];
  return { principalId: 'me', policyDocument: { Statement }, context: { tenant: 'acme', level: 3 } };
}

async function listen(api: RunningWebSocketApi): Promise<{ live: number; callback: number }> {
  const live = createServer((_, response) => response.writeHead(404).end());
  live.on('upgrade', (request, socket, head) => api.upgrade(request, socket, head));
  const callback = createServer((request, response) => api.manage(request, response));
  for (const server of [live, callback]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  onTestFinished(async () => {
    await api.stop();
    for (const server of [live, callback]) {
      server.closeAllConnections();
      server.close();
    }
  });
  return { live: (live.address() as AddressInfo).port, callback: (callback.address() as AddressInfo).port };
}

/** Resolves once a socket is open; rejects where the handshake is refused. */
export async function opened(socket: WebSocket): Promise<WebSocket> {
  await once(socket, 'open');
  return socket;
}

/** The answer to a handshake that is refused. */
export async function refusal(socket: WebSocket): Promise<{ status: number; body: unknown }> {
  socket.on('error', () => undefined);
  const [request, response] = (await once(socket, 'unexpected-response')) as [{ destroy(): void }, IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  request.destroy();
  return { status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(parts).toString()) };
}

/** Code and reason of a socket's end. */
export async function closed(socket: WebSocket): Promise<[code: number, reason: string]> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return [code, reason.toString()];
}

/** The next message, parsed. */
export async function nextMessage(socket: WebSocket): Promise<unknown> {
  const [data] = (await once(socket, 'message')) as [Buffer];
  return JSON.parse(data.toString());
}
