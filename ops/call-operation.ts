import { randomUUID } from 'node:crypto';
import { type Operation, routes } from '../protocol/routes.ts';
import { callLambda } from './lambda-api.ts';
import type { Stack } from './stack-target.ts';

/** The operations that operators' commands call, and the functions that answer them: a test holds them to the stack's. */
export const calledFunctions = {
  listTypes: 'describe-service',
  cancelJob: 'cancel-job',
  redriveDeadLetters: 'submit-job',
  clearDeadLetters: 'dead-letters',
  changeWebhook: 'manage-webhooks',
  testWebhook: 'manage-webhooks',
} as const satisfies Partial<Record<Operation, string>>;

interface Call {
  /** Whose they are: an operator acts for one tenant at a time. */
  tenant: string;
  path?: Record<string, string>;
  query?: Record<string, string | undefined>;
  body?: unknown;
}

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/**
 * Calls an operation of the API as its gateway would, with the scope `admin`: what an operator does takes the very
 * way of a client's request. Needs `lambda:InvokeFunction`, and no API key.
 */
export async function callOperation(
  stack: Stack,
  operation: keyof typeof calledFunctions,
  call: Call,
): Promise<Answer> {
  const { name, place } = stack;
  const of = calledFunctions[operation];
  const called = `${name}-${of}`;
  const response = await callLambda(stack, { of, call: 'invocations', event: gatewayEvent(operation, call) });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot call ${called} of ${place}: Lambda answered ${response.status}, ${text}`);
  if (response.headers.has('x-amz-function-error')) {
    throw new Error(`Cannot call ${called} of ${place}: it has failed, see its log group /aws/lambda/${called}`);
  }
  const { statusCode, body } = JSON.parse(text) as { statusCode: number; body: string };
  return { status: statusCode, body: body === '' ? {} : JSON.parse(body) };
}

/** The body of a good answer. Throws what the service says of a bad one, after `action`. */
export function bodyOf({ status, body }: Answer, action: string): Record<string, unknown> {
  if (status < 400) return body;
  throw new Error(`Cannot ${action}: ${String(body.detail)} (${String(body.code)}, request ${String(body.requestId)})`);
}

function gatewayEvent(operation: Operation, { tenant, path, query = {}, body }: Call) {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value]]]));
  return {
    httpMethod: routes[operation].method,
    resource: routes[operation].path,
    multiValueHeaders: { 'Content-Type': ['application/json'] },
    pathParameters: path ?? null,
    multiValueQueryStringParameters: given.length > 0 ? Object.fromEntries(given) : null,
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      requestId: `operator-${randomUUID()}`,
      authorizer: { tenant, scopes: 'admin', keyId: 'operator' },
    },
  };
}
