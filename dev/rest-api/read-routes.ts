import type { Assembly } from '../assembly/read-assembly.ts';
import type { Authorizer } from './authorize.ts';
import type { RouteNode } from './match-route.ts';
import { type MockIntegration, readMockIntegration } from './mock-integration.ts';
import { readAuthorizers } from './read-authorizers.ts';
import { functionArnOf, resourcesOf, targetOf } from './template-resources.ts';
import type { Throttle } from './token-bucket.ts';

export interface LambdaIntegration {
  kind: 'lambda';
  /** The function's ARN. */
  functionName: string;
  timeoutMs: number;
  isStreamed: boolean;
}

/** An AWS::ApiGateway::Method with what it needs. */
export interface Method {
  authorizer: Authorizer | undefined;
  integration: LambdaIntegration | MockIntegration;
  throttle: Throttle | undefined;
}

const defaultTimeoutMs = 29_000;

type FindThrottle = (resourcePath: string, httpMethod: string) => Throttle | undefined;

/** Reads the resources of a REST API, with their methods, as a tree. */
export function readRoutes(assembly: Assembly, apiLogicalId: string, throttleOf: FindThrottle): RouteNode<Method> {
  const authorizers = readAuthorizers(assembly);
  const root: RouteNode<Method> = {
    resourceId: apiLogicalId,
    pathPart: '',
    resourcePath: '/',
    methods: new Map(),
    children: [],
  };
  const nodes = new Map([[apiLogicalId, root]]);
  const resources = resourcesOf(assembly, 'AWS::ApiGateway::Resource');
  const nodeOf = (logicalId: string): RouteNode<Method> => {
    const known = nodes.get(logicalId);
    if (known !== undefined) return known;
    const properties = resources.find(([id]) => id === logicalId)?.[1];
    if (properties === undefined)
      throw new Error(`Cannot find the API resource ${logicalId}: the template must have it`);
    const parent = nodeOf(targetOf(properties.ParentId));
    const pathPart = String(assembly.resolve(properties.PathPart));
    const resourcePath = `${parent === root ? '' : parent.resourcePath}/${pathPart}`;
    const node = { resourceId: logicalId, pathPart, resourcePath, methods: new Map(), children: [] };
    parent.children.push(node);
    nodes.set(logicalId, node);
    return node;
  };
  for (const [logicalId] of resources) nodeOf(logicalId);
  for (const [, properties] of resourcesOf(assembly, 'AWS::ApiGateway::Method')) {
    const node = nodeOf(targetOf(properties.ResourceId));
    const httpMethod = String(assembly.resolve(properties.HttpMethod));
    const name = `${httpMethod} ${node.resourcePath}`;
    node.methods.set(httpMethod, {
      authorizer: authorizerOf(properties, authorizers, name),
      integration: readIntegration(assembly, properties, name),
      throttle: throttleOf(node.resourcePath, httpMethod),
    });
  }
  return root;
}

function authorizerOf(properties: Record<string, unknown>, authorizers: Map<string, Authorizer>, name: string) {
  const { AuthorizationType: type = 'NONE', AuthorizerId } = properties;
  if (type === 'NONE') return undefined;
  const authorizer = type === 'CUSTOM' ? authorizers.get(targetOf(AuthorizerId)) : undefined;
  if (authorizer !== undefined) return authorizer;
  throw new Error(`Cannot serve ${name}: its authorization is ${String(type)}, it must be NONE or CUSTOM`);
}

function readIntegration(assembly: Assembly, properties: Record<string, unknown>, name: string): Method['integration'] {
  const integration = (properties.Integration ?? {}) as Record<string, unknown>;
  if (integration.Type === 'MOCK') {
    return readMockIntegration(assembly.resolve(integration) as Record<string, unknown>, name);
  }
  if (integration.Type !== 'AWS_PROXY') {
    throw new Error(
      `Cannot serve ${name}: its integration is ${String(integration.Type)}, it must be AWS_PROXY or MOCK`,
    );
  }
  const isStreamed = integration.ResponseTransferMode === 'STREAM';
  const isStreamingUri = String(assembly.resolve(integration.Uri)).endsWith('/response-streaming-invocations');
  if (isStreamed !== isStreamingUri) {
    throw new Error(
      `Cannot serve ${name}: ResponseTransferMode is ${isStreamed ? 'STREAM' : 'BUFFERED'}, its Uri must be for the same mode`,
    );
  }
  return {
    kind: 'lambda',
    functionName: functionArnOf(assembly, integration.Uri, name),
    timeoutMs: Number(integration.TimeoutInMillis ?? defaultTimeoutMs),
    isStreamed,
  };
}
