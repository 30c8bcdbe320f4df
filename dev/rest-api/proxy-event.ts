import type { EventHeaders } from './event-headers.ts';
import type { Target } from './parse-target.ts';
import type { RequestContext } from './request-context.ts';

/** A request that has found its route. */
export interface RoutedRequest {
  target: Target;
  eventHeaders: EventHeaders;
  pathParameters: Record<string, string>;
  stageVariables: Record<string, string>;
  context: RequestContext;
}

/** What a Lambda proxy integration is called with ("Input format of a Lambda function for proxy integration"). */
export interface ProxyEvent {
  resource: string;
  path: string;
  httpMethod: string;
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
  queryStringParameters: Record<string, string> | null;
  multiValueQueryStringParameters: Record<string, string[]> | null;
  pathParameters: Record<string, string> | null;
  stageVariables: Record<string, string> | null;
  requestContext: RequestContext;
  body: string | null;
  isBase64Encoded: boolean;
}

/** The event of a proxy integration. Empty parts are `null`; a body of a binary media type travels as base64. */
export function proxyEvent(request: RoutedRequest, body: Buffer, binaryMediaTypes: string[]): ProxyEvent {
  const { target, eventHeaders, pathParameters, stageVariables, context } = request;
  const isBase64Encoded = body.length > 0 && isBinary(eventHeaders, binaryMediaTypes);
  return {
    resource: context.resourcePath ?? '',
    path: target.path,
    httpMethod: context.httpMethod,
    ...eventHeaders,
    queryStringParameters: orNull(lastValues(target.query)),
    multiValueQueryStringParameters: orNull(allValues(target.query)),
    pathParameters: orNull(pathParameters),
    stageVariables: orNull(stageVariables),
    requestContext: context,
    body: body.length === 0 ? null : body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

/** What a REQUEST authorizer is called with: as above without a body, and with empty parts as empty objects. */
export function authorizerEvent(request: RoutedRequest, methodArn: string) {
  const { target, eventHeaders, pathParameters, stageVariables, context } = request;
  return {
    type: 'REQUEST',
    methodArn,
    resource: context.resourcePath ?? '',
    path: target.path,
    httpMethod: context.httpMethod,
    ...eventHeaders,
    queryStringParameters: lastValues(target.query),
    multiValueQueryStringParameters: allValues(target.query),
    pathParameters,
    stageVariables,
    requestContext: context,
  };
}

/** Each name with its last value. */
export function lastValues(query: [string, string][]): Record<string, string> {
  return Object.fromEntries(query);
}

/** Each name with all its values, in the order sent. */
export function allValues(query: [string, string][]): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of query) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}

function orNull<Value extends object>(value: Value): Value | null {
  return Object.keys(value).length === 0 ? null : value;
}

/** Whether a media type such as `image/png; q=1` is one of a REST API's binary ones; those may hold wildcards. */
export function isBinaryMediaType(mediaType: string, binaryMediaTypes: string[]): boolean {
  const [type = '', subtype = ''] = (mediaType.split(';')[0] ?? '').trim().toLowerCase().split('/');
  return binaryMediaTypes.some((binary) => {
    const [binaryType, binarySubtype] = binary.toLowerCase().split('/');
    return (binaryType === '*' || binaryType === type) && (binarySubtype === '*' || binarySubtype === subtype);
  });
}

function isBinary({ headers }: EventHeaders, binaryMediaTypes: string[]): boolean {
  const contentType = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return isBinaryMediaType(contentType, binaryMediaTypes);
}
