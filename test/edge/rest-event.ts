import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { type Operation, routes } from '../../protocol/routes.ts';

interface EventParts {
  method?: string;
  resource?: string;
  headers?: Record<string, string | string[]>;
  path?: Record<string, string>;
  query?: Record<string, string | string[]>;
  body?: string | null;
  isBase64?: boolean;
  /** What the authorizer found; null: there is none on this route. */
  authorizer?: Record<string, string> | null;
}

export const goodAuthorizer = { tenant: 'acme', keyId: 'key_1', scopes: 'jobs:read jobs:write' };
export const restUrl = 'https://api.example.com/v1';

/** The event of a request to `operation`, in the form of a REST API's proxy integration. */
export function restEvent(operation: Operation, parts: EventParts = {}): APIGatewayProxyEvent {
  const { method, resource, headers = {}, path = {}, query, body = null, isBase64 = false } = parts;
  const { authorizer = goodAuthorizer } = parts;
  const many = (values: Record<string, string | string[]>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value].flat()]));
  return {
    httpMethod: method ?? routes[operation].method,
    resource: resource ?? routes[operation].path,
    multiValueHeaders: many(headers),
    pathParameters: Object.keys(path).length > 0 ? path : null,
    multiValueQueryStringParameters: query ? many(query) : null,
    body,
    isBase64Encoded: isBase64,
    requestContext: { requestId: 'request-1', ...(authorizer && { authorizer }) },
  } as unknown as APIGatewayProxyEvent;
}

export const context = { getRemainingTimeInMillis: () => 29_000 } as Context;
