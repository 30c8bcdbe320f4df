import type { Assembly } from '../assembly/read-assembly.ts';
import { functionArnOf, onlyResource, resourcesOf, targetOf } from '../rest-api/template-resources.ts';
import type { Throttle } from '../rest-api/token-bucket.ts';

/** An AWS::ApiGatewayV2::Route with its integration and authorizer. */
export interface Route {
  routeKey: string;
  /** The function's ARN. */
  functionName: string;
  timeoutMs: number;
  authorizer: { functionName: string; identitySources: string[] } | undefined;
  /** Whether the function's answer goes back to the client. */
  isTwoWay: boolean;
  throttle: Throttle | undefined;
}

/** A WebSocket API with its one stage, as the template describes it. */
export interface WebSocketApi {
  apiId: string;
  stage: string;
  /** What ARNs of this stage start with, up to the stage and a slash. */
  arnPrefix: string;
  stageVariables: Record<string, string>;
  /** Such as `$request.body.action`. */
  routeSelectionExpression: string;
  routes: Map<string, Route>;
}

interface RouteSettings {
  ThrottlingBurstLimit?: number | string;
  ThrottlingRateLimit?: number | string;
}

const defaultTimeoutMs = 29_000;

/** Reads the one WebSocket API of a stack. Throws, by name, for what the local server cannot serve. */
export function readWebSocketApi(assembly: Assembly): WebSocketApi {
  const [apiLogicalId, api] = onlyResource(assembly, 'AWS::ApiGatewayV2::Api');
  const [, stage] = onlyResource(assembly, 'AWS::ApiGatewayV2::Stage');
  const stageName = String(assembly.resolve(stage.StageName));
  const apiId = String(assembly.resolve({ Ref: apiLogicalId }));
  const [partition, region, accountId] = ['Partition', 'Region', 'AccountId'].map((name) =>
    String(assembly.resolve({ Ref: `AWS::${name}` })),
  );
  const readRoute = routeReader(assembly, stage);
  return {
    apiId,
    stage: stageName,
    arnPrefix: `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${stageName}/`,
    stageVariables: (assembly.resolve(stage.StageVariables) ?? {}) as Record<string, string>,
    routeSelectionExpression: String(assembly.resolve(api.RouteSelectionExpression ?? '$request.body.action')),
    routes: new Map(resourcesOf(assembly, 'AWS::ApiGatewayV2::Route').map(([, route]) => readRoute(route))),
  };
}

function routeReader(assembly: Assembly, stage: Record<string, unknown>) {
  const integrations = new Map(resourcesOf(assembly, 'AWS::ApiGatewayV2::Integration'));
  const authorizers = new Map(resourcesOf(assembly, 'AWS::ApiGatewayV2::Authorizer'));
  const ownSettings = (assembly.resolve(stage.RouteSettings) ?? {}) as Record<string, RouteSettings>;
  const defaultSettings = (assembly.resolve(stage.DefaultRouteSettings) ?? {}) as RouteSettings;

  return (route: Record<string, unknown>): [string, Route] => {
    const routeKey = String(assembly.resolve(route.RouteKey));
    const integration = integrations.get(integrationIdOf(route.Target, routeKey));
    if (integration?.IntegrationType !== 'AWS_PROXY') {
      const found = String(integration?.IntegrationType ?? 'missing');
      throw new Error(`Cannot serve the route ${routeKey}: its integration is ${found}, it must be AWS_PROXY`);
    }
    const { RouteResponseSelectionExpression: selection } = route;
    return [
      routeKey,
      {
        routeKey,
        functionName: functionArnOf(assembly, integration.IntegrationUri, `the route ${routeKey}`),
        timeoutMs: Number(integration.TimeoutInMillis ?? defaultTimeoutMs),
        authorizer: readAuthorizer(assembly, route, authorizers),
        isTwoWay: selection !== undefined,
        throttle: throttleOf({ ...defaultSettings, ...ownSettings[routeKey] }),
      },
    ];
  };
}

/** The logical id at the end of a target such as `integrations/<Ref>`. */
function integrationIdOf(target: unknown, routeKey: string): string {
  const parts =
    typeof target === 'object' && target !== null && 'Fn::Join' in target ? (target['Fn::Join'] as unknown[])[1] : [];
  const last = Array.isArray(parts) ? parts.at(-1) : undefined;
  if (last === undefined) {
    throw new Error(`Cannot serve the route ${routeKey}: its target is ${JSON.stringify(target)}, it must join a Ref`);
  }
  return targetOf(last);
}

function readAuthorizer(
  assembly: Assembly,
  route: Record<string, unknown>,
  authorizers: Map<string, Record<string, unknown>>,
): Route['authorizer'] {
  const { AuthorizationType: type = 'NONE', AuthorizerId, RouteKey } = route;
  if (type === 'NONE') return undefined;
  const id = type === 'CUSTOM' ? targetOf(AuthorizerId) : '';
  const authorizer = authorizers.get(id);
  if (authorizer === undefined) {
    throw new Error(
      `Cannot serve the route ${String(RouteKey)}: its authorization is ${String(type)}, it must be NONE or CUSTOM`,
    );
  }
  return {
    functionName: functionArnOf(assembly, authorizer.AuthorizerUri, `the authorizer ${id}`),
    identitySources: (assembly.resolve(authorizer.IdentitySource) ?? []) as string[],
  };
}

function throttleOf({ ThrottlingBurstLimit, ThrottlingRateLimit }: RouteSettings): Throttle | undefined {
  if (ThrottlingBurstLimit === undefined || ThrottlingRateLimit === undefined) return undefined;
  return { rate: Number(ThrottlingRateLimit), burst: Number(ThrottlingBurstLimit) };
}
