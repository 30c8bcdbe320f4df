import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { Operation } from '../../protocol/routes.ts';
import { traceFieldsOf, traceparentOf } from '../core/trace-context.ts';
import { log, withLogFields } from './log.ts';
import { flushMetrics } from './metrics.ts';
import { type HttpRequest, readHeaders, readRequest } from './read-request.ts';
import { apiErrorOf, type HttpResponse, problemResponse, withCommonHeaders } from './respond.ts';

export type { HttpRequest } from './read-request.ts';
export type { HttpResponse } from './respond.ts';

/** Answers one operation: parse, load, decide, store or send, respond. What it throws becomes a problem document. */
export type HttpStory = (request: HttpRequest) => Promise<HttpResponse> | HttpResponse;

/**
 * A Lambda handler of the REST API out of the stories that it answers. Here is where all errors are caught.
 *
 * @param restUrl the public address, without a slash at the end
 */
export function http(restUrl: string, stories: Partial<Record<Operation, HttpStory>>) {
  return async (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    const { requestId } = event.requestContext;
    return withinRequest(event, async (known) => {
      try {
        const result = toResult(await answer(readRequest(event, context, known), stories), requestId);
        return event.httpMethod === 'HEAD' ? { ...result, body: '' } : result;
      } catch (thrown) {
        logFault(thrown, event);
        return toResult(problemResponse(thrown, { restUrl, requestId }), requestId);
      }
    });
  };
}

/** Does `work` for a request: each line that it logs names the request and its trace, and what it measured is written. */
export async function withinRequest<Result>(
  event: APIGatewayProxyEvent,
  work: (known: Pick<HttpRequest, 'headers' | 'traceparent'>) => Promise<Result>,
): Promise<Result> {
  const headers = readHeaders(event);
  const traceparent = traceparentOf(headers);
  const { requestId } = event.requestContext;
  try {
    return await withLogFields({ requestId, ...traceFieldsOf(traceparent) }, () => work({ headers, traceparent }));
  } finally {
    flushMetrics();
  }
}

function answer(request: HttpRequest, stories: Partial<Record<Operation, HttpStory>>) {
  const story = stories[request.operation];
  if (!story) throw new Error(`Cannot answer ${request.operation}: the stack must send it to another function`);
  return story(request);
}

function toResult({ status, headers = {}, body }: HttpResponse, requestId: string): APIGatewayProxyResult {
  const typed = body === undefined ? headers : { 'content-type': 'application/json', ...headers };
  return {
    statusCode: status,
    headers: withCommonHeaders(typed, requestId),
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

/** Logs what is a fault on our side; what callers do wrong stands in the access log. */
export function logFault(thrown: unknown, { httpMethod, resource }: APIGatewayProxyEvent): void {
  const error = apiErrorOf(thrown);
  if (error.status < 500) return;
  log.error('request failed', { operation: `${httpMethod} ${resource}`, code: error.code, error: thrown });
}
