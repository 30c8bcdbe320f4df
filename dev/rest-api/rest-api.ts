import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Assembly } from '../assembly/read-assembly.ts';
import type { Invoke, InvokeStreaming } from '../lambda/invoke.ts';
import type { Log } from '../log/log.ts';
import { authorizerCache } from './authorizer-cache.ts';
import type { Exchange, Gateway } from './exchange.ts';
import { readRestApi } from './read-rest-api.ts';
import { refuseRequest } from './refuse-request.ts';
import { newRequestContext } from './request-context.ts';
import { type RestLimits, restLimits } from './rest-limits.ts';
import { serveRequest } from './serve-request.ts';

export interface RestApiOptions {
  assembly: Assembly;
  invoke: Invoke;
  invokeStreaming: InvokeStreaming;
  log: Log;
  /** @default restLimits */
  limits?: Partial<RestLimits>;
  /** @default Date.now */
  now?: () => number;
}

/**
 * Serves the REST API of a stack under `/<stage>`, as API Gateway would: routes, authorizers with their cache,
 * throttles, limits and gateway responses come from the template alone. No request makes it throw.
 */
export function startRestApi({ assembly, invoke, invokeStreaming, log, limits, now = Date.now }: RestApiOptions): {
  handle(request: IncomingMessage, response: ServerResponse): void;
} {
  const gateway: Gateway = {
    api: readRestApi(assembly),
    invoke,
    invokeStreaming,
    log,
    limits: { ...restLimits, ...limits },
    cache: authorizerCache(now),
    buckets: new Map(),
    now,
  };
  return {
    handle(request, response) {
      const exchange = openExchange(gateway, request, response);
      response.on('error', () => undefined);
      response.once('close', () => logExchange(gateway, exchange));
      serveRequest(gateway, exchange)
        .catch((cause: unknown) => refuseRequest(gateway, exchange, cause))
        .catch((cause: unknown) => {
          log.error('rest-api', `Cannot answer ${exchange.context.path}: ${String(cause)}`);
          response.destroy();
        });
    },
  };
}

function openExchange({ api, now }: Gateway, request: IncomingMessage, response: ServerResponse): Exchange {
  const { accountId, apiId, deploymentId, stage } = api;
  const context = newRequestContext(request, { accountId, apiId, deploymentId, stage, nowMs: now() });
  // Until the target is parsed; without its query, which may carry a token.
  context.path = (request.url ?? '/').split('?')[0] ?? '/';
  return { request, response, context, target: { path: '/', query: [] }, pathParameters: {}, note: '' };
}

function logExchange({ log, now }: Gateway, { response, context, note }: Exchange): void {
  const words = [note, response.writableFinished ? '' : 'the client left'].filter(Boolean).join(': ');
  log.request({
    method: context.httpMethod,
    path: context.path,
    status: response.statusCode,
    durationMs: now() - context.requestTimeEpoch,
    ...(words !== '' && { note: words }),
  });
}
