import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Invoke, InvokeStreaming } from '../../../dev/lambda/invoke.ts';
import type { Log, RequestEntry } from '../../../dev/log/log.ts';
import { type RestApiOptions, startRestApi } from '../../../dev/rest-api/rest-api.ts';
import { type HandMadeResource, handMadeAssembly, invocationUri } from './hand-made-assembly.ts';

interface MethodOptions {
  authorizer?: 'cached' | 'open';
  streamed?: boolean;
  timeoutMs?: number;
  mock?: Record<string, unknown>;
}

/** What the tests' API is made of: `'GET /jobs/{id}': {}` and so on, and changes to single resources. */
export interface RestApiParts {
  methods: Record<string, MethodOptions>;
  gatewayResponses?: Record<string, Record<string, unknown>>;
  stage?: Record<string, unknown>;
  api?: Record<string, unknown>;
  cached?: Record<string, unknown>;
}

/** The logical id of the function behind a method. */
export function functionBehind(method: string): string {
  return method.replaceAll(/[^A-Za-z]+/g, '');
}

/** A template with one REST API, in the form that CDK writes. */
export function restApiResources(parts: RestApiParts): Record<string, HandMadeResource> {
  const resources: Record<string, HandMadeResource> = {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Api', ...parts.api } },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: 'Api' }, StageName: 'v1', DeploymentId: 'deployment', ...parts.stage },
    },
    Authorize: { Type: 'AWS::Lambda::Function' },
    cached: authorizer({
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 60,
      ...parts.cached,
    }),
    open: authorizer({ IdentitySource: '', AuthorizerResultTtlInSeconds: 0 }),
  };
  for (const [type, properties] of Object.entries(parts.gatewayResponses ?? {})) {
    resources[`Response ${type}`] = {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: { RestApiId: { Ref: 'Api' }, ResponseType: type, ...properties },
    };
  }
  for (const [name, options] of Object.entries(parts.methods)) addMethod(resources, name, options);
  return resources;
}

function authorizer(properties: Record<string, unknown>): HandMadeResource {
  const AuthorizerUri = invocationUri('Authorize', 'invocations');
  return {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: { RestApiId: { Ref: 'Api' }, Type: 'REQUEST', AuthorizerUri, ...properties },
  };
}

function addMethod(resources: Record<string, HandMadeResource>, name: string, options: MethodOptions): void {
  const [HttpMethod, path = ''] = name.split(' ');
  let parent: unknown = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };
  let id = 'Resource';
  for (const PathPart of path.split('/').filter(Boolean)) {
    id += `_${PathPart}`;
    resources[id] = {
      Type: 'AWS::ApiGateway::Resource',
      Properties: { RestApiId: { Ref: 'Api' }, ParentId: parent, PathPart },
    };
    parent = { Ref: id };
  }
  const functionId = functionBehind(name);
  resources[functionId] ??= { Type: 'AWS::Lambda::Function' };
  resources[`Method ${name}`] = {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId: parent,
      HttpMethod,
      AuthorizationType: options.authorizer === undefined ? 'NONE' : 'CUSTOM',
      ...(options.authorizer && { AuthorizerId: { Ref: options.authorizer } }),
      Integration: options.mock ?? integration(functionId, options),
    },
  };
}

function integration(functionId: string, { streamed, timeoutMs }: MethodOptions) {
  return {
    Type: 'AWS_PROXY',
    IntegrationHttpMethod: 'POST',
    Uri: invocationUri(functionId, streamed ? 'response-streaming-invocations' : 'invocations'),
    ...(streamed && { ResponseTransferMode: 'STREAM' }),
    ...(timeoutMs !== undefined && { TimeoutInMillis: timeoutMs }),
  };
}

/** Functions by logical id. What they return is the payload; what they throw is an invocation that failed. */
export type Functions = Record<string, (event: never) => unknown>;

/** `Invoke` over functions in this process, which sees events as JSON carries them. */
export function inProcess(functions: Functions): Invoke {
  return async (functionName, event) => {
    const run = functions[functionName.split(':').at(-1) ?? ''];
    if (run === undefined) throw new Error(`Cannot invoke ${functionName}: the test must have it`);
    try {
      const payload = await run(JSON.parse(JSON.stringify(event)) as never);
      return { ok: true, payload };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return { ok: false, error: { errorType: name, errorMessage: message } };
    }
  };
}

/** A log that keeps what it is told. */
export function keptLog() {
  const requests: RequestEntry[] = [];
  const lines: string[] = [];
  const keep = (source: string, message: string) => void lines.push(`${source}: ${message}`);
  const log: Log = {
    request: (entry) => void requests.push(entry),
    info: keep,
    warn: keep,
    error: keep,
    functionLine: keep,
  };
  return { log, requests, lines };
}

interface ServeOptions extends RestApiParts, Partial<Pick<RestApiOptions, 'limits' | 'now'>> {
  functions?: Functions;
  invokeStreaming?: InvokeStreaming;
}

/** Serves a hand-made REST API on a port of its own until the test is over. */
export async function serveRestApi({ functions = {}, invokeStreaming, limits, now, ...parts }: ServeOptions) {
  const kept = keptLog();
  const api = startRestApi({
    assembly: handMadeAssembly(restApiResources(parts)),
    invoke: inProcess(functions),
    invokeStreaming: invokeStreaming ?? (() => Promise.reject(new Error('nothing streams here'))),
    log: kept.log,
    ...(limits && { limits }),
    ...(now && { now }),
  });
  const server = createServer((request, response) => api.handle(request, response));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}/v1`, ...kept };
}
