import type { Invoke } from '../lambda/invoke.ts';
import type { AuthorizerCache } from './authorizer-cache.ts';
import { type AuthorizerAnswer, callAuthorizer } from './call-authorizer.ts';
import { evaluatePolicy } from './evaluate-policy.ts';
import { GatewayError } from './gateway-error.ts';
import { identityOf } from './identity-source.ts';
import { authorizerEvent, type RoutedRequest } from './proxy-event.ts';

/** A REQUEST authorizer of a REST API. */
export interface Authorizer {
  id: string;
  functionName: string;
  identitySources: string[];
  ttlMs: number;
}

interface AuthorizeOptions {
  invoke: Invoke;
  cache: AuthorizerCache;
  timeoutMs: number;
  methodArn: string;
}

/**
 * Lets a request pass, or throws what API Gateway would answer instead. Resolves with what integrations see of the
 * caller. A missing identity source is refused without a call; the cache is keyed on their values.
 */
export async function authorize(
  authorizer: Authorizer,
  request: RoutedRequest,
  { invoke, cache, timeoutMs, methodArn }: AuthorizeOptions,
): Promise<AuthorizerAnswer['authorizer']> {
  const { eventHeaders, target, context, stageVariables } = request;
  const identities = authorizer.identitySources.map((source) =>
    identityOf(source, { eventHeaders, query: target.query, context, stageVariables }),
  );
  if (identities.includes(undefined)) throw new GatewayError('UNAUTHORIZED', 'an identity source is missing');
  const key = JSON.stringify([authorizer.id, ...identities]);
  const cached = cache.find(key);
  const answer =
    cached ??
    (await callAuthorizer(authorizerEvent(request, methodArn), {
      invoke,
      functionName: authorizer.functionName,
      timeoutMs,
    }));
  // Without identity sources there is nothing to tell callers apart by, so that nothing is kept.
  if (cached === undefined && identities.length > 0) cache.keep(key, answer, authorizer.ttlMs);
  refuseUnlessAllowed(answer, methodArn);
  return cached === undefined ? answer.authorizer : { ...answer.authorizer, integrationLatency: 0 };
}

/** Throws 403 unless the policy of `answer` allows `methodArn`. */
export function refuseUnlessAllowed({ statements }: AuthorizerAnswer, methodArn: string): void {
  const decision = evaluatePolicy(statements, methodArn);
  if (decision === 'allow') return;
  const message =
    decision === 'explicit-deny'
      ? 'User is not authorized to access this resource with an explicit deny'
      : 'User is not authorized to access this resource';
  throw new GatewayError('ACCESS_DENIED', `the authorizer's policy does not allow ${methodArn}`, { message });
}
