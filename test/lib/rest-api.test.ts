import { Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { operationFunctions, queryTokenOperations } from '../../lib/operations.ts';
import { allowedHeaders } from '../../protocol/cors.ts';
import { limits } from '../../protocol/limits.ts';
import { type Operation, routes } from '../../protocol/routes.ts';
import { functionOf, resourcesOf, templateOf } from './sample-stack.ts';

interface Method {
  path: string;
  method: string;
  properties: Record<string, unknown>;
  integration: Record<string, unknown>;
}

function pathOf(resourceId: unknown): string {
  const id = (resourceId as { Ref?: string }).Ref;
  if (id === undefined) return '';
  const [, resource] = resourcesOf('prod', 'AWS::ApiGateway::Resource').find(([logicalId]) => logicalId === id) ?? [];
  return `${pathOf(resource?.Properties.ParentId)}/${resource?.Properties.PathPart}`;
}

const methods: Method[] = resourcesOf('prod', 'AWS::ApiGateway::Method').map(([, { Properties }]) => ({
  path: pathOf(Properties.ResourceId) || '/',
  method: String(Properties.HttpMethod),
  properties: Properties,
  integration: Properties.Integration as Record<string, unknown>,
}));

function methodOf(method: string, path: string): Method {
  const found = methods.find((candidate) => candidate.method === method && candidate.path === path);
  if (found) return found;
  throw new Error(`Cannot find ${method} ${path}: the template must have it`);
}

const authorizerOf = ({ properties }: Method) => (properties.AuthorizerId as { Ref: string } | undefined)?.Ref;
const invokes = ({ integration }: Method, name: string) =>
  JSON.stringify(integration.Uri ?? '').includes(JSON.stringify([functionOf('prod', name)[0], 'Arn']));

const operations = Object.entries(routes) as [Operation, (typeof routes)[Operation]][];

test.each(operations)('JobRestApi leads %s to its function', (operation, { method, path }) => {
  expect(invokes(methodOf(method, path), operationFunctions[operation])).toBe(true);
});

test.each(operations)(
  'JobRestApi asks for a credential on %s exactly where its route does',
  (operation, { method, path, scope }) => {
    const found = methodOf(method, path);
    const expected = queryTokenOperations.has(operation) ? /^RestAuthorizersQuery/ : /^RestAuthorizersHeader/;
    if (scope === 'none') expect(found.properties.AuthorizationType).toBe('NONE');
    else expect(authorizerOf(found)).toMatch(expected);
  },
);

test('JobRestApi has no methods but those of the routes, preflights, and what answers the rest', () => {
  const paths = new Set(operations.map(([, { path }]) => path));
  const own = operations.map(([, { method, path }]) => `${method} ${path}`);
  const rest = [...paths, '/{proxy+}'].flatMap((path) => [`ANY ${path}`, `OPTIONS ${path}`]);
  // Parts of paths that are no address of their own have an answer and a preflight, and nothing to ask for.
  const between = ['/problems', '/deliveries', '/deliveries/{id}'].flatMap((path) => [
    `ANY ${path}`,
    `OPTIONS ${path}`,
  ]);
  expect(methods.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(
    [...own, ...rest, ...between].toSorted(),
  );
});

test('JobRestApi answers wrong methods and unknown addresses without a credential', () => {
  for (const found of methods.filter(({ method }) => method === 'ANY')) {
    expect(found.properties.AuthorizationType).toBe('NONE');
    expect(invokes(found, 'describe-service')).toBe(true);
  }
});

test('JobRestApi streams what stream-job and stream-graphql answer, and waits for them longer than a stream lasts', () => {
  for (const found of methods) {
    const streamed = invokes(found, 'stream-job') || invokes(found, 'stream-graphql');
    expect(found.integration.ResponseTransferMode).toBe(streamed ? 'STREAM' : undefined);
    if (streamed) expect(found.integration.TimeoutInMillis).toBe(75_000);
  }
});

test('JobRestApi ceases to wait for graphql before that is ended, which would be told as a fault of ours', () => {
  const timeoutMs = Number(methodOf('POST', '/graphql').integration.TimeoutInMillis);
  const [, { Properties }] = functionOf('prod', 'graphql');
  expect(timeoutMs).toBe(limits.maxGraphqlSeconds * 1000);
  expect(timeoutMs).toBeLessThan(Number(Properties.Timeout) * 1000);
});

test('JobRestApi lets pages of any origin send what the contract takes', () => {
  const { integration } = methodOf('OPTIONS', '/jobs/{id}');
  expect(integration).toMatchObject({
    Type: 'MOCK',
    IntegrationResponses: [
      {
        StatusCode: '204',
        ResponseParameters: {
          'method.response.header.Access-Control-Allow-Origin': "'*'",
          'method.response.header.Access-Control-Allow-Headers': `'${allowedHeaders.join(',')}'`,
          'method.response.header.Access-Control-Allow-Methods': "'GET,POST,PATCH,DELETE'",
        },
      },
    ],
  });
});

test.each([
  ['local', 10_000, 5_000],
  ['dev', 200, 400],
  ['prod', 2_000, 2_000],
] as const)('JobRestApi of the stage %s takes %d requests a second, %d at once', (stage, rate, burst) => {
  templateOf(stage).hasResourceProperties('AWS::ApiGateway::Stage', {
    StageName: 'v1',
    MethodSettings: Match.arrayWith([
      {
        HttpMethod: '*',
        ResourcePath: '/*',
        DataTraceEnabled: false,
        ThrottlingRateLimit: rate,
        ThrottlingBurstLimit: burst,
      },
    ]),
  });
});

test('JobRestApi takes less of what needs no credential, and of what does the work of a hundred requests', () => {
  const [, stage] = resourcesOf('prod', 'AWS::ApiGateway::Stage')[0] ?? [];
  const settings = stage?.Properties.MethodSettings as Record<string, unknown>[];
  const own = settings.filter(({ ResourcePath }) => ResourcePath !== '/*');
  const throttles = own.map(({ HttpMethod, ResourcePath, ThrottlingRateLimit, ThrottlingBurstLimit }) => [
    `${HttpMethod} ${ResourcePath}`,
    ThrottlingRateLimit,
    ThrottlingBurstLimit,
  ]);
  expect(throttles.toSorted()).toEqual([
    ['GET /', 500, 500],
    ['GET /~1asyncapi.json', 500, 500],
    ['GET /~1health', 500, 500],
    ['GET /~1openapi.json', 500, 500],
    ['GET /~1problems~1{code}', 500, 500],
    ['POST /~1dead-letters~1redrive', 200, 200],
    // As every other method.
    ['POST /~1jobs', 2000, 2000],
    ['POST /~1jobs~1batch', 200, 200],
    ['POST /~1webhooks~1{id}~1recover', 200, 200],
  ]);
  for (const setting of own) expect(setting.DataTraceEnabled).toBe(false);
  const measured = own.filter(({ MetricsEnabled }) => MetricsEnabled === true);
  expect(measured.map(({ HttpMethod, ResourcePath }) => [HttpMethod, ResourcePath])).toEqual([['POST', '/~1jobs']]);
});

test('JobRestApi is regional', () => {
  templateOf('prod').hasResourceProperties('AWS::ApiGateway::RestApi', {
    Name: 'jobwire-prod',
    EndpointConfiguration: { Types: ['REGIONAL'] },
  });
});

test.each(['AWS::ApiGateway::Stage', 'AWS::ApiGatewayV2::Stage'])(
  '%s logs each request as JSON without its query',
  (type) => {
    const [, stage] = resourcesOf('prod', type)[0] ?? [];
    const settings = stage?.Properties.AccessLogSetting ?? stage?.Properties.AccessLogSettings;
    const { Format } = settings as { Format: string };
    expect(JSON.parse(Format)).toMatchObject({ requestId: '$context.requestId', status: '$context.status' });
    expect(Format).not.toMatch(/query|authorizer\.principalId|header/i);
  },
);
