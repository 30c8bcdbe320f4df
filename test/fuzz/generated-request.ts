import fc from 'fast-check';
import type { Json } from '../../protocol/types.ts';
import { changed, changes, hostileJson, hostileString } from './hostile.ts';
import { arbitraryOf, type Resolve, type Schema } from './schema-arbitrary.ts';

/** A request as it goes over the wire. `{own}`, `{done}` and `{other}` in it stand for ids of jobs. */
export interface GeneratedRequest {
  /** The operation that it is made from. */
  operation: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
}

interface OperationObject {
  operationId?: string;
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

/** The part of an OpenAPI document that requests are made from. */
export interface OpenApiDocument {
  paths: Record<string, Record<string, unknown>>;
  components?: Record<string, Record<string, unknown>>;
}

const methods = ['get', 'post', 'put', 'patch', 'delete', 'options', 'head'];

/** Requests to every operation of `document`: good ones, bent ones and hostile ones. */
export function requestsFor(document: OpenApiDocument): fc.Arbitrary<GeneratedRequest> {
  const resolve: Resolve = (ref) =>
    ref
      .slice(2)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((node, part) => (node as Record<string, unknown>)[part], document) as Schema;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => ({
        arbitrary: requestTo(path, method, operation as OperationObject, resolve),
        weight: method === 'post' ? 3 : 1,
      })),
  );
  return fc.oneof(...operations);
}

function requestTo(
  path: string,
  method: string,
  operation: OperationObject,
  resolve: Resolve,
): fc.Arbitrary<GeneratedRequest> {
  const parameters = (operation.parameters ?? []).map((one) =>
    '$ref' in one ? (resolve(one.$ref) as unknown as Parameter) : one,
  );
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return fc
    .record({
      method: fc.oneof(
        { arbitrary: fc.constant(method.toUpperCase()), weight: 9 },
        { arbitrary: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'), weight: 1 },
      ),
      path: pathFor(path),
      query: queryOf(
        parameters.filter((one) => one.in === 'query'),
        resolve,
      ),
      headers: headersOf,
      body: schema ? bodyOf(schema, resolve, path) : fc.option(rawBody, { freq: 8, nil: undefined }),
    })
    .map(({ method: chosen, path: target, query, headers, body }) => ({
      operation: `${method.toUpperCase()} ${path}`,
      method: chosen,
      path: target + query,
      headers: body === undefined ? without(headers, 'content-type') : headers,
      ...(body !== undefined && { body }),
    }));
}

const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

/** What may stand in a path's place: ids that are there, ids that are not, and text that is neither. */
const pathParts = fc.oneof(
  {
    arbitrary: fc.constantFrom('{own}', '{done}', '{other}', 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa', '1', '2', '3'),
    weight: 6,
  },
  {
    arbitrary: fc.constantFrom(
      'forbidden',
      'not-found',
      'batch',
      '%',
      '%zz',
      '%c0%ae',
      '%ff%fe',
      '%2f',
      '%2e%2e',
      '+',
      ';',
      "'",
      '..',
    ),
    weight: 1,
  },
  { arbitrary: hostileString.map((text) => encoded(text.slice(0, 500)) || '%20'), weight: 2 },
);

function pathFor(path: string): fc.Arbitrary<string> {
  const segments = path.split('/').map((part, index) => {
    // What does not begin with a slash is below another address.
    if (index === 0) return fc.constant('');
    if (part.startsWith('{')) return pathParts;
    return fc.oneof({ arbitrary: fc.constant(part), weight: 60 }, { arbitrary: pathParts, weight: 1 });
  });
  return fc.tuple(...segments).map((parts) => parts.join('/').replace(/^\/$/, ''));
}

function queryOf(parameters: Parameter[], resolve: Resolve): fc.Arbitrary<string> {
  const known = parameters.map(({ name, schema }) =>
    fc
      .oneof(arbitraryOf(schema, resolve).map(String), hostileString)
      .map((value) => `${name}=${encoded(value).slice(0, 1500)}`),
  );
  const junk = fc.oneof(
    fc
      .tuple(hostileString, hostileString)
      .map(([name, value]) => `${encoded(name.slice(0, 99))}=${encoded(value).slice(0, 500)}`),
    fc.constantFrom('&', '=', '%', '%zz=1', '%00', 'a&b', 'access_token=x', 'access_token=', '?', 'x[]=1', 'x=%ff'),
  );
  const parts = fc.array(
    fc.oneof({ arbitrary: junk, weight: 1 }, ...known.map((arbitrary) => ({ arbitrary, weight: 3 }))),
    { maxLength: 4 },
  );
  const some = parts.map((list) => (list.length > 0 ? `?${list.join('&')}` : ''));
  return fc.oneof({ arbitrary: fc.constant(''), weight: 4 }, { arbitrary: some, weight: known.length > 0 ? 3 : 1 });
}

const fieldText = hostileString.map((text) => text.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '?').slice(0, 2000));
const oddly = (good: string[], weight = 8) =>
  fc.oneof({ arbitrary: fc.constantFrom(...good), weight }, { arbitrary: fieldText, weight: 1 });

/** A few headers, most of them good. Waits are short: what is tested here is no waiting. */
const headersOf: fc.Arbitrary<Record<string, string>> = fc
  .record(
    {
      authorization: oddly(['Bearer {key}', 'Bearer {key}', 'Bearer {key}', 'Bearer {token}', 'Bearer {narrow}'], 16),
      'content-type': oddly(
        [...Array(8).fill('application/json'), 'application/json; charset=utf-8', 'text/plain'],
        20,
      ),
      prefer: oddly(['wait=1', 'wait=0', 'wait=-1', 'wait=x', 'respond-async']),
      'idempotency-key': fc.oneof({ arbitrary: fc.uuid(), weight: 4 }, oddly(['a', 'k'.repeat(255), 'k'.repeat(256)])),
      'if-none-match': oddly(['*', '"1"', 'W/"1"', '"a", "b"']),
      accept: oddly(['application/json', '*/*', 'text/event-stream', 'text/html', 'application/json;q=0']),
      'last-event-id': oddly(['0', '1', '2', '9999']),
      traceparent: oddly(['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01']),
      origin: oddly(['https://app.example', 'null']),
      'x-forwarded-host': oddly(['evil.example']),
      'x-http-method-override': oddly(['DELETE']),
    },
    { requiredKeys: ['authorization', 'content-type'] },
  )
  .map((headers) => headers as Record<string, string>);

const rawBody = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    '[]',
    'null',
    '"x"',
    '1e999',
    '{"a":1}}',
    '\u0000',
    '\ufeff{}',
    '{"type":"echo"',
    `${'['.repeat(500)}${']'.repeat(500)}`,
  ),
  fc.json({ maxDepth: 3 }),
  hostileString,
);

function bodyOf(schema: Schema, resolve: Resolve, path: string): fc.Arbitrary<string | undefined> {
  const valid = path.startsWith('/jobs')
    ? fc.oneof(arbitraryOf(schema, resolve), submits(path))
    : arbitraryOf(schema, resolve);
  return fc.oneof(
    { arbitrary: valid.map(tamed), weight: 6 },
    { arbitrary: fc.tuple(valid, changes).map(([json, list]) => tamed(changed(json, list))), weight: 8 },
    { arbitrary: rawBody, weight: 1 },
    { arbitrary: fc.constant(undefined), weight: 1 },
  );
}

/** Submits that are good but for what their input holds. */
function submits(path: string): fc.Arbitrary<Json> {
  const one = fc.record({ type: fc.constant('echo'), input: fc.record({ value: hostileJson }) }) as fc.Arbitrary<Json>;
  return path.endsWith('/batch') ? (fc.record({ jobs: fc.array(one, { maxLength: 4 }) }) as fc.Arbitrary<Json>) : one;
}

/** The JSON text of `json`, without jobs that would run for long, call strangers or take the machine's memory. */
function tamed(json: Json): string {
  const quick = (name: string, value: unknown) =>
    typeof value === 'number' && Object.hasOwn(tooLong, name) ? tooLong[name]?.(value) : value;
  const text = JSON.stringify(json, (name, value) => (name === 'type' && isHeavy(value) ? 'echo' : quick(name, value)));
  return text ?? 'null';
}

const isHeavy = (type: unknown) => ['crash', 'link-check', 'flaky'].includes(type as string);
const short = (value: number) => (Number.isInteger(value) ? Math.min(value, 3) : value);
const tooLong: Record<string, (value: number) => number> = {
  steps: short,
  parts: short,
  intervalMs: short,
  delayMs: short,
};

function without(headers: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}
