import { eventHeaders } from './event-headers.ts';
import type { Exchange, Gateway } from './exchange.ts';
import { GatewayError } from './gateway-error.ts';
import { gatewayResponse } from './gateway-response.ts';
import { identityOf } from './identity-source.ts';
import { ClientLeft } from './read-body.ts';
import { refuseBody, writeAnswer } from './write-answer.ts';

/** Answers a request that could not be served, with the API's gateway response for `cause`. */
export async function refuseRequest(gateway: Gateway, exchange: Exchange, cause: unknown): Promise<void> {
  const { request, response, context } = exchange;
  if (cause instanceof ClientLeft || response.destroyed) return;
  const error = gatewayError(gateway, exchange, cause);
  exchange.note = [exchange.note, error.message].filter(Boolean).join(': ');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { gatewayResponses, stageVariables } = gateway.api;
  const answer = gatewayResponse(error, gatewayResponses, {
    context,
    stageVariables,
    requestValue: (source) => requestValue(source, exchange, stageVariables),
  });
  if (error.type === 'REQUEST_TOO_LARGE' && !request.complete) await refuseBody(exchange, answer, context);
  else writeAnswer(response, answer, context);
  request.resume();
}

function gatewayError({ log }: Gateway, { context }: Exchange, cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  log.error('rest-api', `Cannot serve ${context.httpMethod} ${context.path}: ${detail}`);
  return new GatewayError('DEFAULT_5XX', 'a fault of the local server', { status: 500, cause });
}

/** `method.request.header.X`, `.querystring.X` or `.path.X`, as a gateway response may show it. */
function requestValue(
  source: string,
  { request, target, pathParameters }: Exchange,
  stageVariables: Record<string, string>,
): string | undefined {
  const pathName = /^method\.request\.path\.(.+)$/.exec(source)?.[1];
  if (pathName !== undefined) return pathParameters[pathName];
  return identityOf(source, { eventHeaders: eventHeaders(request), query: target.query, context: {}, stageVariables });
}
