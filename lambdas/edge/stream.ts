import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import type { Operation } from '../../protocol/routes.ts';
import { logFault, withinRequest } from './http.ts';
import { type HttpRequest, readRequest } from './read-request.ts';
import { type HttpResponse, problemResponse, withCommonHeaders } from './respond.ts';

/** The global of Lambda's Node runtimes that answers while it still works ("Response streaming for Lambda functions"). */
declare const awslambda: {
  streamifyResponse(
    handler: (event: APIGatewayProxyEvent, stream: Writable, context: Context) => Promise<void>,
  ): (event: APIGatewayProxyEvent, stream: Writable, context: Context) => Promise<void>;
  HttpResponseStream: {
    from(stream: Writable, metadata: { statusCode: number; headers: Record<string, string> }): Writable;
  };
};

/** An answer that goes out while it is made: each chunk at once, a slow reader holding up the next one. */
export interface StreamedResponse {
  status: number;
  headers: Record<string, string>;
  chunks: AsyncIterable<string>;
}

/** Answers one operation, at once or as a stream. `gone` aborts where the platform tells that the client left. */
export type StreamStory = (
  request: HttpRequest & { gone: AbortSignal },
) => Promise<HttpResponse | StreamedResponse> | HttpResponse | StreamedResponse;

/**
 * A response-streaming Lambda handler of the REST API, by the same rules as `http()`. A fault before the first chunk
 * becomes a problem document; later, all that can be done is to end the stream, and the client resumes.
 */
export function stream(restUrl: string, stories: Partial<Record<Operation, StreamStory>>) {
  return awslambda.streamifyResponse(async (event, output, context) => {
    const { requestId } = event.requestContext;
    const gone = new AbortController();
    output.on('error', () => gone.abort());
    output.on('close', () => gone.abort());
    const send = (response: HttpResponse | StreamedResponse) => write(output, response, { requestId, gone });
    await withinRequest(event, async (known) => {
      try {
        await send(await answer({ ...readRequest(event, context, known), gone: gone.signal }, stories));
      } catch (thrown) {
        logFault(thrown, event);
        if (!output.writableEnded) await send(problemResponse(thrown, { restUrl, requestId }));
      }
    });
  });
}

function answer(request: HttpRequest & { gone: AbortSignal }, stories: Partial<Record<Operation, StreamStory>>) {
  const story = stories[request.operation];
  if (!story) throw new Error(`Cannot answer ${request.operation}: the stack must send it to another function`);
  return story(request);
}

interface Answering {
  requestId: string;
  gone: AbortController;
}

async function write(
  output: Writable,
  response: HttpResponse | StreamedResponse,
  { requestId, gone }: Answering,
): Promise<void> {
  const { status, headers = {} } = response;
  const hasBody = 'chunks' in response || response.body !== undefined;
  const typed = hasBody ? { 'content-type': 'application/json', ...headers } : headers;
  const body = awslambda.HttpResponseStream.from(output, {
    statusCode: status,
    headers: withCommonHeaders(typed, requestId),
  });
  // The platform sends status and headers with the first chunk only, so an answer without a body needs an empty one.
  body.write('');
  try {
    if (!('chunks' in response)) body.write(hasBody ? JSON.stringify(response.body) : '');
    else for await (const chunk of response.chunks) if (!(await passOn(body, chunk, gone.signal))) return;
  } finally {
    body.end();
  }
}

/** Writes a chunk and waits until the reader can take the next one; false where there is no reader any more. */
async function passOn(body: Writable, chunk: string, gone: AbortSignal): Promise<boolean> {
  if (gone.aborted) return false;
  if (!body.write(chunk)) await once(body, 'drain', { signal: gone }).catch(() => {});
  return !gone.aborted;
}
