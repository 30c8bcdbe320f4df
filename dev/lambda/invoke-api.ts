import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Invoke } from './invoke.ts';

const calls = /^\/2015-03-31\/functions\/([^/]+)\/(invocations|configuration)$/;

/** What Lambda's own API is answered from. */
export interface LambdaApi {
  invoke: Invoke;
  /** The environment variables of a function's own that the template gives it; undefined where there is no such function. */
  findVariables(functionName: string): Record<string, string> | undefined;
}

/** True for a call of Lambda's own API: one function calls another, or an operator does. */
export function isLambdaCall({ url = '/' }: IncomingMessage): boolean {
  return calls.test(url);
}

/** Lambda's Invoke as `RequestResponse`, and what it tells of a function ("Invoke", "GetFunctionConfiguration", Lambda API Reference). */
export async function answerLambdaCall(
  request: IncomingMessage,
  response: ServerResponse,
  { invoke, findVariables }: LambdaApi,
): Promise<void> {
  const [, escaped = '', call] = calls.exec(request.url ?? '') ?? [];
  const name = decodeURIComponent(escaped);
  if (call === 'configuration') {
    const Variables = findVariables(name);
    if (Variables) answer(response, 200, { FunctionName: name, Environment: { Variables } });
    else answer(response, 404, { Message: `Function not found: ${name}` });
    return;
  }
  const result = await invoke(name, JSON.parse((await text(request)) || '{}'));
  if (result.ok) answer(response, 200, result.payload);
  else if (result.error.errorType === 'ResourceNotFoundException') {
    answer(response, 404, { Message: result.error.errorMessage });
  } else {
    // 200 also where the function itself failed.
    response.setHeader('x-amz-function-error', 'Unhandled');
    answer(response, 200, result.error);
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
