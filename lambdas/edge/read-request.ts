import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { ApiError } from '../../protocol/errors.ts';
import type { Principal } from '../../protocol/principal.ts';
import { type Operation, type Route, routes } from '../../protocol/routes.ts';
import type { Json, Scope } from '../../protocol/types.ts';
import { admit } from './admit.ts';
import { readJsonBody } from './read-body.ts';
import { type Query, readQuery } from './read-query.ts';

/** A request, read and admitted: what a story gets. */
export interface HttpRequest {
  operation: Operation;
  requestId: string;
  /** Who asks. Empty on the routes that need no credential. */
  principal: Principal;
  /** By lower-cased name; a header given several times is one list. */
  headers: Record<string, string>;
  /** The trace that the request belongs to (W3C Trace Context): its client's, or one made for it. */
  traceparent: string;
  /** The `{name}` parts of the path. */
  path: Record<string, string>;
  query: Query;
  /** Reads the body as JSON; see `readJsonBody` for what it throws. */
  json(options?: { maxBytes?: number; ifEmpty?: Json }): Json;
  /** Milliseconds until the platform ends this call. */
  remainingMs(): number;
}

const operations = Object.entries(routes) as [Operation, Route][];

/**
 * Reads the gateway's event, and checks that its credential may do what it asks.
 * Throws `not-found`, `method-not-allowed`, `unauthorized`, `forbidden` or `invalid-query`.
 */
export function readRequest(
  event: APIGatewayProxyEvent,
  context: Context,
  { headers, traceparent }: Pick<HttpRequest, 'headers' | 'traceparent'>,
): HttpRequest {
  const operation = findOperation(event);
  const path: Record<string, string> = {};
  for (const [name, value] of Object.entries(event.pathParameters ?? {})) path[name] = value ?? '';
  const principal = readPrincipal(event.requestContext.authorizer);
  admit(operation, principal, { path, nowMs: Date.now() });
  return {
    operation,
    requestId: event.requestContext.requestId,
    principal,
    headers,
    traceparent,
    path,
    query: routes[operation].scope === 'none' ? {} : readQuery(operation, event),
    json: (options) => readJsonBody({ text: event.body, isBase64: event.isBase64Encoded, headers }, options),
    remainingMs: () => context.getRemainingTimeInMillis(),
  };
}

function findOperation({ httpMethod, resource }: APIGatewayProxyEvent): Operation {
  const here = operations.filter(([, { path }]) => path === resource);
  const operation = here.find(([, route]) => methodsOf(route).includes(httpMethod))?.[0];
  if (operation) return operation;
  if (here.length === 0) throw new ApiError('not-found', 'Cannot find this address: see GET /v1 for those there are');
  const allow = [...here.flatMap(([, route]) => methodsOf(route)), 'OPTIONS'].join(', ');
  const detail = `Cannot ${httpMethod} this address: it takes ${allow}`;
  throw new ApiError('method-not-allowed', detail, { headers: { allow } });
}

/** HEAD comes past the authorizer, as every method does that the API does not name: so it is for open addresses only. */
function methodsOf({ method, scope }: Route): string[] {
  return method === 'GET' && scope === 'none' ? ['GET', 'HEAD'] : [method];
}

/** A request's headers by lower-cased name. */
export function readHeaders({
  multiValueHeaders,
  headers,
}: Pick<APIGatewayProxyEvent, 'multiValueHeaders' | 'headers'>): Record<string, string> {
  const read: Record<string, string> = {};
  for (const [name, values] of Object.entries(multiValueHeaders ?? headers ?? {})) {
    if (values !== undefined) read[name.toLowerCase()] = [values].flat().join(', ');
  }
  return read;
}

/** What the authorizer found. The gateway turns all of its context into strings. */
export function readPrincipal(found: Record<string, unknown> | null | undefined): Principal {
  const { tenant = '', scopes = '', keyId = '', job, jobsPerWindow, expiresAt } = found ?? {};
  return {
    tenant: String(tenant),
    keyId: String(keyId),
    scopes: String(scopes).split(' ').filter(Boolean) as Scope[],
    ...(job !== undefined && { job: String(job) }),
    ...(jobsPerWindow !== undefined && { jobsPerWindow: Number(jobsPerWindow) }),
    ...(expiresAt !== undefined && { expiresAtSeconds: Number(expiresAt) }),
  };
}
