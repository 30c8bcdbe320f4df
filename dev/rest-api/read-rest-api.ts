import type { Assembly } from '../assembly/read-assembly.ts';
import type { gatewayResponseKinds } from './gateway-error.ts';
import type { GatewayResponses } from './gateway-response.ts';
import type { RouteNode } from './match-route.ts';
import { type Method, readRoutes } from './read-routes.ts';
import { readThrottles } from './read-throttles.ts';
import { onlyResource, resourcesOf } from './template-resources.ts';

/** A REST API with its one stage, as the template describes it. */
export interface RestApi {
  accountId: string;
  apiId: string;
  deploymentId: string;
  stage: string;
  /** What ARNs of this stage start with, up to the stage and a slash. */
  arnPrefix: string;
  stageVariables: Record<string, string>;
  binaryMediaTypes: string[];
  gatewayResponses: GatewayResponses;
  root: RouteNode<Method>;
}

/** Reads the one REST API of a stack. Throws, by name, for what the local server cannot serve. */
export function readRestApi(assembly: Assembly): RestApi {
  const [apiLogicalId, api] = onlyResource(assembly, 'AWS::ApiGateway::RestApi');
  const [, stage] = onlyResource(assembly, 'AWS::ApiGateway::Stage');
  const stageName = String(assembly.resolve(stage.StageName));
  const apiId = String(assembly.resolve({ Ref: apiLogicalId }));
  const [partition, region, accountId] = ['Partition', 'Region', 'AccountId'].map((name) =>
    String(assembly.resolve({ Ref: `AWS::${name}` })),
  );
  return {
    accountId: String(accountId),
    apiId,
    deploymentId: String(assembly.resolve(stage.DeploymentId)),
    stage: stageName,
    arnPrefix: `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${stageName}/`,
    stageVariables: (assembly.resolve(stage.Variables) ?? {}) as Record<string, string>,
    binaryMediaTypes: (assembly.resolve(api.BinaryMediaTypes) ?? []) as string[],
    gatewayResponses: readGatewayResponses(assembly),
    root: readRoutes(assembly, apiLogicalId, readThrottles(assembly.resolve(stage.MethodSettings))),
  };
}

function readGatewayResponses(assembly: Assembly): GatewayResponses {
  return Object.fromEntries(
    resourcesOf(assembly, 'AWS::ApiGateway::GatewayResponse').map(([, properties]) => {
      const { ResponseType, StatusCode, ResponseParameters, ResponseTemplates } = assembly.resolve(
        properties,
      ) as GatewayResponseProperties;
      const response = {
        ...(StatusCode !== undefined && { statusCode: Number(StatusCode) }),
        parameters: ResponseParameters ?? {},
        templates: ResponseTemplates ?? {},
      };
      return [ResponseType, response];
    }),
  );
}

interface GatewayResponseProperties {
  ResponseType: keyof typeof gatewayResponseKinds;
  StatusCode?: string;
  ResponseParameters?: Record<string, string>;
  ResponseTemplates?: Record<string, string>;
}
