import { percentDecode } from './percent-decode.ts';

/** One AWS::ApiGateway::Resource with those below it. */
export interface RouteNode<Method> {
  resourceId: string;
  /** A literal, `{name}`, or `{name+}` for all that is left; empty at the root. */
  pathPart: string;
  /** Such as `/jobs/{id}`. */
  resourcePath: string;
  /** By HTTP method; `ANY` stands for those that have none of their own. */
  methods: Map<string, Method>;
  children: RouteNode<Method>[];
}

export interface MatchedRoute<Method> {
  node: RouteNode<Method>;
  /** Decoded, by name. */
  pathParameters: Record<string, string>;
}

/** The methods that API Gateway knows; ANY stands for no others. */
const knownMethods = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

/**
 * The resource that `path` (percent-encoded, below the stage) leads to: a literal wins over a parameter, and both over
 * a greedy one. Slashes at the end do not count. `undefined` where there is none.
 */
export function matchRoute<Method>(root: RouteNode<Method>, path: string): MatchedRoute<Method> | undefined {
  const trimmed = path.replace(/\/+$/, '').replace(/^\/+/, '');
  const segments = trimmed === '' ? [] : trimmed.split('/').map((segment) => percentDecode(segment) ?? segment);
  return descend(root, segments, []);
}

/** The method of a resource that serves `httpMethod`, with ANY as the last resort. */
export function methodOf<Method>(node: RouteNode<Method>, httpMethod: string): Method | undefined {
  if (!knownMethods.has(httpMethod)) return undefined;
  return node.methods.get(httpMethod) ?? node.methods.get('ANY');
}

function descend<Method>(
  node: RouteNode<Method>,
  segments: string[],
  parameters: [string, string][],
): MatchedRoute<Method> | undefined {
  const [segment, ...rest] = segments;
  if (segment === undefined) return { node, pathParameters: Object.fromEntries(parameters) };
  for (const child of node.children.toSorted((a, b) => rank(a.pathPart) - rank(b.pathPart))) {
    const name = /^\{(.+?)(\+?)\}$/.exec(child.pathPart);
    if (name === null && child.pathPart !== segment) continue;
    // An empty segment (a doubled slash) is no value for a parameter.
    if (name !== null && segment === '') continue;
    const isGreedy = name?.[2] === '+';
    const taken: [string, string][] =
      name?.[1] === undefined ? [] : [[name[1], isGreedy ? segments.join('/') : segment]];
    const found = descend(child, isGreedy ? [] : rest, [...parameters, ...taken]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function rank(pathPart: string): number {
  if (!pathPart.startsWith('{')) return 0;
  return pathPart.endsWith('+}') ? 2 : 1;
}
