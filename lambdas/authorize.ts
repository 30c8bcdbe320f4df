import { timingSafeEqual } from 'node:crypto';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { Principal } from '../protocol/principal.ts';
import { routes } from '../protocol/routes.ts';
import { findApiKey, findApiKeyById, spendToken } from './aws/api-keys.ts';
import { getSecret } from './aws/secrets.ts';
import { verifyAccessToken } from './core/access-token.ts';
import { findCredential, hashApiKey } from './core/credentials.ts';
import { traceFieldsOf, traceparentOf } from './core/trace-context.ts';
import { log, withLogFields } from './edge/log.ts';
import { env } from './env.ts';

/** Where a token may be in the query, for browsers set no headers there. */
const queryTokenPaths = new Set<string>([routes.listEvents.path, routes.streamGraphql.path]);

/**
 * The authorizer of every address. Throws `Unauthorized` for a bad credential, which the gateway answers with 401.
 * What a good one may do is checked where it is used: the gateway keeps this answer for up to 60 s, for all addresses.
 */
export async function handler(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const { requestId } = event.requestContext;
  const trace = { traceparent: headerOf(event, 'traceparent'), 'x-amzn-trace-id': headerOf(event, 'x-amzn-trace-id') };
  return withLogFields({ requestId, ...traceFieldsOf(traceparentOf(trace)) }, () => authorize(event));
}

async function authorize(event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const principal = await findPrincipal(event);
  if (!principal) throw unauthorized();
  const { tenant, keyId, scopes, job, jobsPerWindow, expiresAtSeconds } = principal;
  log.info('credential accepted', { tenant, keyId, ...(job !== undefined && { job }) });
  return {
    principalId: keyId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: wholeStage(event.methodArn) }],
    },
    context: {
      tenant,
      keyId,
      scopes: scopes.join(' '),
      ...(job !== undefined && { job }),
      ...(jobsPerWindow !== undefined && { jobsPerWindow }),
      ...(expiresAtSeconds !== undefined && { expiresAt: expiresAtSeconds }),
    },
  };
}

/** The gateway's word for a 401: an answer, of which the runtime logs a line, and no stack at each wrong credential. */
function unauthorized(): Error {
  const answer = new Error('Unauthorized');
  answer.stack = `${answer}`;
  return answer;
}

async function findPrincipal(event: APIGatewayRequestAuthorizerEvent): Promise<Principal | undefined> {
  const isSocket = (event.requestContext as { routeKey?: string }).routeKey === '$connect';
  const takesQuery = isSocket || queryTokenPaths.has(event.resource);
  const credential = findCredential({
    header: headerOf(event, 'authorization'),
    query: takesQuery ? event.queryStringParameters?.access_token : undefined,
  });
  if (!credential) return undefined;
  return credential.kind === 'key' ? keyHolder(credential.text) : tokenHolder(credential.text, isSocket);
}

function headerOf({ headers }: APIGatewayRequestAuthorizerEvent, wanted: string): string | undefined {
  return Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === wanted)?.[1];
}

async function keyHolder(text: string): Promise<Principal | undefined> {
  const hash = hashApiKey(text);
  const key = await findApiKey(hash);
  if (!key || key.revokedAtMs !== undefined) return undefined;
  if (!timingSafeEqual(Buffer.from(key.hash), Buffer.from(hash))) return undefined;
  const { tenant, scopes, id, jobsPerWindow } = key;
  return { tenant, scopes, keyId: id, ...(jobsPerWindow !== undefined && { jobsPerWindow }) };
}

/** A single-use token opens a WebSocket, once. A revoked key takes its tokens with it. */
async function tokenHolder(text: string, isSocket: boolean): Promise<Principal | undefined> {
  const secret = await getSecret(env('TOKEN_SECRET_ARN'));
  const claims = verifyAccessToken(text, { secret, nowMs: Date.now() });
  if (!claims || (claims.singleUse && !isSocket)) return undefined;
  const key = await findApiKeyById(claims.tenant, claims.keyId);
  if (!key || key.revokedAtMs !== undefined) return undefined;
  if (claims.singleUse && !(await spendToken(claims.id, claims.expiresAtSeconds))) return undefined;
  return claims;
}

/** `arn:aws:execute-api:region:account:api/stage/GET/jobs` -> everything of that stage. */
function wholeStage(methodArn: string): string {
  return `${methodArn.split('/').slice(0, 2).join('/')}/*`;
}
