import type { Invoke } from '../lambda/invoke.ts';
import { parsePolicy, type Statement } from './evaluate-policy.ts';
import { GatewayError } from './gateway-error.ts';
import { timedOut, withTimeout } from './with-timeout.ts';

/** What an authorizer said of a caller. */
export interface AuthorizerAnswer {
  statements: Statement[];
  /** What integrations see as `requestContext.authorizer`: every value as text. */
  authorizer: Record<string, string | number>;
}

interface AuthorizerCall {
  invoke: Invoke;
  functionName: string;
  timeoutMs: number;
}

/**
 * Asks an authorizer function. Throws 401 where it throws `Unauthorized`, and 500 where it fails in any other way or
 * answers something that is no policy ("Output from an API Gateway Lambda authorizer").
 */
export async function callAuthorizer(event: unknown, call: AuthorizerCall): Promise<AuthorizerAnswer> {
  const startedMs = performance.now();
  const result = await withTimeout(call.invoke(call.functionName, event), call.timeoutMs);
  if (result === timedOut) throw failed(`the authorizer took longer than ${call.timeoutMs} ms`);
  if (!result.ok) {
    if (result.error.errorMessage === 'Unauthorized') {
      throw new GatewayError('UNAUTHORIZED', 'the authorizer knows no such credential');
    }
    throw failed(`the authorizer failed: ${result.error.errorType}: ${result.error.errorMessage}`);
  }
  return parseAnswer(result.payload, Math.round(performance.now() - startedMs));
}

function parseAnswer(payload: unknown, integrationLatency: number): AuthorizerAnswer {
  const answer = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  const statements = parsePolicy(answer.policyDocument);
  if (typeof answer.principalId !== 'string') throw failed('the authorizer answered no principalId');
  if (statements === undefined) throw failed('the authorizer answered no policy that can be evaluated');
  const context = Object.entries(answer.context ?? {});
  const invalid = context.find(([, value]) => !['string', 'number', 'boolean'].includes(typeof value));
  if (invalid !== undefined) throw failed(`the authorizer's context.${invalid[0]} is no string, number or boolean`);
  return {
    statements,
    authorizer: {
      ...Object.fromEntries(context.map(([name, value]) => [name, String(value)])),
      principalId: answer.principalId,
      integrationLatency,
    },
  };
}

function failed(reason: string): GatewayError {
  return new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', reason);
}
