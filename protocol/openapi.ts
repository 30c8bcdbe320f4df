import { type ProblemCode, problems } from './errors.ts';
import { headerNames, headers, parameters, securitySchemes, tags } from './openapi/components.ts';
import { type Answer, type OperationText, operationTexts } from './openapi/operations.ts';
import { ref, type Schema } from './openapi/schema-parts.ts';
import { schemas } from './openapi/schemas.ts';
import { typeSchemas } from './openapi/type-schemas.ts';
import { type QueryParameter, queryParameters } from './parameters.ts';
import { type Operation, type Route, routes } from './routes.ts';
import type { Json, Manifest } from './types.ts';

/**
 * The OpenAPI 3.1 document of a service with these job types. `{restUrl}` stands where the address goes at run time.
 */
export function openApiDocument(manifest: Manifest): Record<string, Json> {
  const paths: Record<string, Schema> = {};
  const responses: Record<string, Schema> = {};
  for (const [operation, route] of Object.entries(routes) as [Operation, Route][]) {
    const described = describeOperation(operation, route, responses);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: described };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: manifest.name,
      version: manifest.version,
      summary: 'Slow work behind an HTTP API, as asynchronous jobs',
      description:
        'Submit a job, get 202, and follow it to its end by polling, long poll, Server-Sent Events or WebSocket, with one cursor on all of them.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '{restUrl}' }],
    security: [{ bearer: [] }],
    tags,
    paths,
    components: {
      securitySchemes,
      parameters,
      headers,
      responses,
      schemas: { ...schemas, ...typeSchemas(manifest) },
    },
  };
}

function describeOperation(operation: Operation, route: Route, responses: Record<string, Schema>): Schema {
  const text = operationTexts[operation];
  const answers = Object.entries(text.answers).map(([status, answer]) => [status, describeAnswer(answer)]);
  return {
    operationId: operation,
    tags: [text.tag],
    summary: text.summary,
    ...(text.description !== undefined && { description: text.description }),
    security: securityOf(operation, route),
    parameters: parametersOf(operation, route, text),
    ...(text.body !== undefined && { requestBody: bodyOf(text.body, text.bodyRequired) }),
    responses: { ...Object.fromEntries(answers), ...refusals(problemsOf(route, text), responses) },
  };
}

/** In OpenAPI 3.1 the list of a bearer scheme may name what the credential must allow. */
function securityOf(operation: Operation, { scope }: Route): Json {
  if (scope === 'none') return [];
  const needed = scope === 'any' ? [] : [scope];
  const takesQuery = 'access_token' in (queryParameters[operation] ?? {});
  return [{ bearer: needed }, ...(takesQuery ? [{ accessToken: needed }] : [])];
}

function parametersOf(operation: Operation, { path }: Route, { headers: names = [] }: OperationText): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  // The token in the query is a security scheme, which says all of it.
  const inQuery = Object.entries(queryParameters[operation] ?? {}).filter(([name]) => name !== 'access_token');
  return [
    ...inPath.map((name) => ({ $ref: `#/components/parameters/${name === 'id' ? idOf(path) : name}` })),
    ...inQuery.map(([name, parameter]) => ({ name, in: 'query', ...describeParameter(parameter) })),
    ...names.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ];
}

/** Whose id stands in a path. */
function idOf(path: string): string {
  const owners: Record<string, string> = { webhooks: 'webhookId', deliveries: 'deliveryId' };
  return owners[path.split('/')[1] ?? ''] ?? 'id';
}

function describeParameter({ description, kind, minimum, maximum, maxLength, choices }: QueryParameter): Schema {
  const schema: Schema = {
    type: kind === 'integer' ? 'integer' : 'string',
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(maxLength !== undefined && { maxLength }),
    ...(choices && { enum: [...choices] }),
  };
  return { description, schema };
}

function bodyOf(schema: string, required = true): Schema {
  return { required, content: { 'application/json': { schema: ref(schema) } } };
}

function describeAnswer({ description, schema, headers: names = [], stream, also }: Answer): Schema {
  const content: Schema = {
    ...(schema !== undefined && { 'application/json': { schema: ref(schema) } }),
    ...(stream !== undefined && { [stream]: { schema: { type: 'string' } } }),
    ...(schema !== undefined && also !== undefined && { [also]: { schema: ref(schema) } }),
  };
  return {
    description,
    ...(names.length > 0 && { headers: headersOf(names) }),
    ...(Object.keys(content).length > 0 && { content }),
  };
}

function headersOf(names: string[]): Schema {
  return Object.fromEntries(names.map((name) => [headerNames[name] ?? name, { $ref: `#/components/headers/${name}` }]));
}

function problemsOf({ scope, path }: Route, { body, problems: own = [] }: OperationText): ProblemCode[] {
  return [
    ...own,
    ...(scope === 'none' ? [] : (['unauthorized', 'invalid-query'] as const)),
    ...(scope === 'none' || scope === 'any' ? [] : (['forbidden'] as const)),
    ...(path.includes('{id}') ? (['not-found'] as const) : []),
    ...(body === undefined
      ? []
      : (['malformed-json', 'payload-too-large', 'unsupported-media-type', 'invalid-input'] as const)),
    ...(['rate-limited', 'internal-error', 'unavailable', 'gateway-timeout'] as const),
  ];
}

/** One answer for each status, kept among the components by the codes that it may have. */
function refusals(codes: ProblemCode[], responses: Record<string, Schema>): Schema {
  const byStatus = Map.groupBy(new Set(codes), (code) => problems[code].status);
  const entries = [...byStatus].map(([status, all]) => {
    const name = all.toSorted().join('.');
    responses[name] ??= problemResponse(all.toSorted());
    return [status, { $ref: `#/components/responses/${name}` }];
  });
  return Object.fromEntries(entries);
}

function problemResponse(codes: ProblemCode[]): Schema {
  const [code = 'internal-error'] = codes;
  const { status, title, meaning } = problems[code];
  const names: Partial<Record<ProblemCode, string[]>> = {
    unauthorized: ['WWWAuthenticate'],
    forbidden: ['WWWAuthenticate'],
    'rate-limited': ['RetryAfter', 'RateLimitPolicy', 'RateLimit'],
    unavailable: ['RetryAfter'],
  };
  const example = {
    type: `{restUrl}/problems/${code}`,
    title,
    status,
    detail: meaning,
    code,
    requestId: '6f3b1a52-0c1e-4d6f-8a59-5b8f0b6f6e2c',
  };
  return {
    description: codes.map((each) => `\`${each}\`: ${problems[each].meaning}`).join('\n\n'),
    ...(names[code] && { headers: headersOf(names[code]) }),
    content: { 'application/problem+json': { schema: ref('Problem'), example } },
  };
}
