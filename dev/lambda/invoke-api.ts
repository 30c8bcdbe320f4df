import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Invoke } from './invoke.ts';

const invocations = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** True for a call of Lambda's own API: one function calls another. */
export function isInvocation({ url = '/' }: IncomingMessage): boolean {
  return invocations.test(url);
}

/** Lambda's Invoke as `RequestResponse` ("Invoke", Lambda API Reference): 200 also where the function itself failed. */
export async function answerInvocation(
  request: IncomingMessage,
  response: ServerResponse,
  invoke: Invoke,
): Promise<void> {
  const [, name = ''] = invocations.exec(request.url ?? '') ?? [];
  const result = await invoke(decodeURIComponent(name), JSON.parse((await text(request)) || '{}'));
  const isUnknown = !result.ok && result.error.errorType === 'ResourceNotFoundException';
  const body = JSON.stringify(
    result.ok ? result.payload : isUnknown ? { Message: result.error.errorMessage } : result.error,
  );
  response.writeHead(isUnknown ? 404 : 200, {
    'content-type': 'application/json',
    ...(!result.ok && !isUnknown && { 'x-amz-function-error': 'Unhandled' }),
  });
  response.end(body);
}
