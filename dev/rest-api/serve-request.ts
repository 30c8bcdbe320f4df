import type { IncomingMessage } from 'node:http';
import { authorize } from './authorize.ts';
import { eventHeaders } from './event-headers.ts';
import type { Exchange, Gateway } from './exchange.ts';
import { GatewayError } from './gateway-error.ts';
import { integrate } from './integrate.ts';
import { matchRoute, methodOf } from './match-route.ts';
import { parseTarget } from './parse-target.ts';
import type { RoutedRequest } from './proxy-event.ts';
import { readBody } from './read-body.ts';
import type { Method } from './read-routes.ts';
import { functionNameIn } from './template-resources.ts';
import { tokenBucket } from './token-bucket.ts';

/** Takes one request from its route to its answer. Throws what the gateway must answer by itself. */
export async function serveRequest(gateway: Gateway, exchange: Exchange): Promise<void> {
  const { api, limits } = gateway;
  const { request, response, context } = exchange;
  takeTarget(exchange, api.stage);
  const method = route(gateway, exchange);
  throttle(gateway, method);
  const body = await readBody(request, limits.maxBodyBytes);
  const routed: RoutedRequest = {
    target: exchange.target,
    eventHeaders: eventHeaders(request),
    pathParameters: exchange.pathParameters,
    stageVariables: api.stageVariables,
    context,
  };
  if (method.authorizer !== undefined) {
    context.authorizer = await authorize(method.authorizer, routed, {
      ...gateway,
      timeoutMs: limits.authorizerTimeoutMs,
      methodArn: `${api.arnPrefix}${context.httpMethod}${exchange.target.path}`,
    });
  }
  if (method.integration.kind === 'lambda') exchange.note = functionNameIn(method.integration.functionName);
  const problem = await integrate(method.integration, { ...gateway, response, routed, body });
  if (problem !== undefined) exchange.note += `: ${problem}`;
}

/** Parses the target, and takes the stage off its path. */
function takeTarget({ request, context, target }: Exchange, stage: string): void {
  const { path, query } = parseTarget(request.url ?? '/');
  context.path = path;
  const [, first, rest = ''] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  if (first !== stage) throw notFound(request, 'no such stage');
  target.path = `/${rest.replace(/^\/+/, '')}`;
  target.query = query;
}

/**
 * API Gateway takes a call of an address that nobody made for one of AWS's own, which must be signed; an Authorization
 * header that is no signature makes it a malformed one.
 */
function notFound({ headers }: IncomingMessage, reason: string): GatewayError {
  const isSigned = headers.authorization === undefined || headers.authorization.startsWith('AWS4-');
  return new GatewayError(isSigned ? 'MISSING_AUTHENTICATION_TOKEN' : 'INCOMPLETE_SIGNATURE', reason);
}

function route({ api }: Gateway, exchange: Exchange): Method {
  const { request, context, target } = exchange;
  const match = matchRoute(api.root, target.path);
  const method = match && methodOf(match.node, context.httpMethod);
  if (match === undefined || method === undefined) throw notFound(request, 'no such route');
  context.resourceId = match.node.resourceId;
  context.resourcePath = match.node.resourcePath;
  exchange.pathParameters = match.pathParameters;
  return method;
}

function throttle({ buckets, now }: Gateway, method: Method): void {
  if (method.throttle === undefined) return;
  const take = buckets.get(method) ?? tokenBucket(method.throttle, now);
  buckets.set(method, take);
  if (!take()) throw new GatewayError('THROTTLED', 'the throttle of the stage');
}
