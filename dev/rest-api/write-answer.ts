import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from './gateway-error.ts';
import type { Answer } from './gateway-response.ts';
import type { RequestContext } from './request-context.ts';

/** How long a refused upload is still read, and thrown away, so that its sender comes to read the answer. */
const lingerMs = 2000;

/** Sets status and headers, with those that API Gateway adds. Throws 502 for headers that HTTP does not allow. */
export function writeHead(
  response: ServerResponse,
  { status, headers }: Omit<Answer, 'body'>,
  context: RequestContext,
) {
  try {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  } catch (error) {
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    throw new GatewayError('DEFAULT_5XX', 'malformed Lambda proxy response: it has a wrong header', { cause: error });
  }
  response.setHeader('x-amzn-RequestId', context.requestId);
  response.setHeader('x-amz-apigw-id', context.extendedRequestId);
  response.statusCode = status;
}

/** Sends a whole answer. */
export function writeAnswer(response: ServerResponse, answer: Answer, context: RequestContext): void {
  writeHead(response, answer, context);
  if (answer.status !== 204 && answer.status !== 304) response.setHeader('Content-Length', answer.body.length);
  response.end(answer.body);
}

/**
 * Answers a request whose body was not read to its end, and closes the connection. The answer goes out at once; what
 * still comes in is dropped for a while, for a connection that is reset would take the answer with it.
 */
export async function refuseBody(
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  answer: Answer,
  context: RequestContext,
): Promise<void> {
  response.shouldKeepAlive = false;
  writeHead(response, answer, context);
  response.setHeader('Content-Length', answer.body.length);
  response.write(answer.body);
  request.resume();
  const isOver = new AbortController();
  const ended = once(request, 'close', { signal: isOver.signal });
  await Promise.race([ended, sleep(lingerMs, undefined, { signal: isOver.signal })]).catch(() => undefined);
  isOver.abort();
  response.end();
}
