import { type EventHeaders, headerOf } from './event-headers.ts';

/** Where an identity source is looked for. */
export interface IdentityRequest {
  eventHeaders: EventHeaders;
  query: [string, string][];
  context: object;
  stageVariables: Record<string, string>;
}

/**
 * The value of an identity source: `method.request.header.X` and `method.request.querystring.X` on REST APIs,
 * `route.request...` on WebSocket ones, `context.X` and `stageVariables.X` on both. `undefined` where there is none or
 * an empty one.
 */
export function identityOf(source: string, request: IdentityRequest): string | undefined {
  const [, place, name = ''] =
    /^(?:(?:method|route)\.request\.(?=header|querystring))?(header|querystring|context|stageVariables)\.(.+)$/.exec(
      source.replace(/^\$/, ''),
    ) ?? [];
  const value = place === undefined ? undefined : lookUp(place, name, request);
  return value === '' ? undefined : value;
}

function lookUp(place: string, name: string, request: IdentityRequest): string | undefined {
  switch (place) {
    case 'header':
      return headerOf(request.eventHeaders, name);
    case 'querystring':
      return request.query.findLast(([key]) => key === name)?.[1];
    case 'stageVariables':
      return request.stageVariables[name];
    default:
      return contextVariable(request.context, name);
  }
}

/** A variable such as `identity.sourceIp` of `$context`; `undefined` where it is not there or no plain value. */
export function contextVariable(context: object, path: string): string | undefined {
  let value: unknown = context;
  for (const name of path.split('.')) {
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  }
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}
