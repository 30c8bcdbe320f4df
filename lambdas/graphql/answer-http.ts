import { ApiError } from '../../protocol/errors.ts';
import { chooseMediaType } from '../core/accept.ts';
import { problemError } from '../core/graphql-error.ts';
import type { GraphqlError } from '../core/graphql-question.ts';
import type { HttpRequest, HttpResponse } from '../edge/http.ts';
import { operate } from './operate.ts';
import { readGraphqlRequest } from './read-graphql-request.ts';

const json = 'application/json';
const graphql = 'application/graphql-response+json';

/**
 * `POST /v1/graphql` ("GraphQL over HTTP"): 200 where something was executed. What is refused before that is 400 in
 * the media type of GraphQL, and 200 in plain JSON, as older clients know it.
 */
export async function answerHttp(request: HttpRequest): Promise<HttpResponse> {
  const mediaType = chooseAnswer(request.headers.accept);
  const operated = await operate(readGraphqlRequest(request.json()), request);
  const headers = { 'content-type': `${mediaType}; charset=utf-8`, vary: 'Accept, Authorization' };
  if (operated.kind === 'result') return { status: 200, headers, body: operated.result };
  const errors = operated.kind === 'refused' ? operated.errors : [noStream(request)];
  const isPlain = mediaType === json || errors.some(({ extensions }) => extensions?.code === 'unknown-document');
  return { status: isPlain ? 200 : 400, headers, body: { errors } };
}

function noStream({ requestId }: HttpRequest): GraphqlError {
  const detail = 'Cannot answer a subscription here: open it at /v1/graphql/stream, or over the WebSocket';
  return problemError(new ApiError('invalid-document', detail), requestId);
}

/** Plain JSON unless the client names the other one: what takes anything may be older than it. */
function chooseAnswer(accept: string | undefined): string {
  const offered = accept?.toLowerCase().includes(graphql) ? [graphql, json] : [json, graphql];
  const mediaType = chooseMediaType(accept, offered);
  if (mediaType !== undefined) return mediaType;
  const detail = `Cannot answer in any type of Accept: it is ${accept}, it must allow ${graphql} or ${json}`;
  throw new ApiError('not-acceptable', detail);
}
