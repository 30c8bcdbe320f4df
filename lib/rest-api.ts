import { Duration, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  type IResource,
  LambdaIntegration,
  LogGroupLogDestination,
  Method,
  type MethodDeploymentOptions,
  type MethodOptions,
  ResponseTransferMode,
  RestApi,
  type RestApiProps,
} from 'aws-cdk-lib/aws-apigateway';
import { InterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct, type IDependable } from 'constructs';
import { allowedHeaders } from '../protocol/cors.ts';
import { limits } from '../protocol/limits.ts';
import { type Operation, routes } from '../protocol/routes.ts';
import { accessLog, restLogFormat } from './access-log.ts';
import { acknowledge } from './acknowledge.ts';
import { apiOrigin } from './addresses.ts';
import { Authorizers } from './authorizers.ts';
import { type FunctionName, streamingFunctions } from './functions.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import { operationFunctions, queryTokenOperations } from './operations.ts';
import type { FunctionTable } from './platform-functions.ts';
import type { Stage } from './stages.ts';

/** The stage, and so the first part of every path. */
export const restStageName = 'v1';
const operations = Object.keys(routes) as Operation[];
const open: MethodOptions = { authorizationType: AuthorizationType.NONE };

/**
 * The share of the stage's rate, which is each method's, for what needs no credential and for what does the work of a
 * hundred: neither may use up the functions of the others.
 */
const shares: Partial<Record<Operation, number>> = {
  ...Object.fromEntries(operations.filter((name) => routes[name].scope === 'none').map((name) => [name, 0.25])),
  submitBatch: 0.1,
  redriveDeadLetters: 0.1,
  recoverWebhook: 0.1,
  // A method's own settings are all of its settings: this is what it would have without any.
  submitJob: 1,
};

/** The one method with metrics of its own, which are on the bill: the dashboard shows how long submits take. */
const measured: Operation = 'submitJob';

interface JobRestApiProps {
  stage: Stage;
  key: IKey | undefined;
}

/** The REST API: the routes of `protocol/routes.ts`, each to its function. */
export class JobRestApi extends Construct {
  /** The public address, stage included, without a slash at the end. */
  readonly url: string;
  /** The public address of its host. */
  readonly origin: string;
  /** What must be there before any API of the account may write a log. */
  readonly logging: IDependable;
  readonly api: RestApi;
  private readonly stage: Stage;

  constructor(scope: Construct, id: string, { stage, key }: JobRestApiProps) {
    super(scope, id);
    this.stage = stage;
    this.api = new RestApi(this, 'Api', {
      restApiName: Stack.of(this).stackName,
      ...this.endpoint(),
      // Access logs need the account's API Gateway to have a role. It stays, for other stacks may write logs by it.
      cloudWatchRole: true,
      deployOptions: {
        stageName: restStageName,
        throttlingRateLimit: stage.throttle.ratePerSecond,
        throttlingBurstLimit: stage.throttle.burst,
        methodOptions: methodSettings(stage),
        accessLogDestination: new LogGroupLogDestination(accessLog(this, { stage, key })),
        accessLogFormat: AccessLogFormat.custom(restLogFormat),
        // Payloads have no place in logs.
        dataTraceEnabled: false,
      },
      defaultCorsPreflightOptions: {
        allowOrigins: ['*'],
        allowMethods: ['GET', 'POST', 'PATCH', 'DELETE'],
        allowHeaders: allowedHeaders,
        maxAge: Duration.hours(2),
      },
    });
    this.logging = this.api.node.findChild('Account');
    // The stack's own outputs say where to go.
    this.api.node.tryRemoveChild('Endpoint');
    this.origin = stage.domain ? `https://${stage.domain.rest}` : apiOrigin(this, this.api.restApiId, stage);
    this.url = `${this.origin}/${restStageName}`;
    addGatewayResponses(this.api, this.url);
    this.acknowledgeRules();
  }

  /** Open to the world, behind its credentials, or to one VPC endpoint alone. */
  private endpoint(): Partial<RestApiProps> {
    const { restEndpointId: id } = this.stage;
    if (!id) return { endpointTypes: [EndpointType.REGIONAL] };
    const attributes = { vpcEndpointId: id, port: 443 };
    const vpcEndpoint = InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(this, 'Endpoint', attributes);
    const everyRequest = {
      principals: [new AnyPrincipal()],
      actions: ['execute-api:Invoke'],
      resources: ['execute-api:/*'],
    };
    const elsewhere = { conditions: { StringNotEquals: { 'aws:SourceVpce': id } } };
    return {
      endpointConfiguration: { types: [EndpointType.PRIVATE], vpcEndpoints: [vpcEndpoint] },
      policy: new PolicyDocument({
        statements: [
          new PolicyStatement(everyRequest),
          new PolicyStatement({ ...everyRequest, ...elsewhere, effect: Effect.DENY }),
        ],
      }),
    };
  }

  private acknowledgeRules(): void {
    acknowledge(this.api, {
      'AwsSolutions-APIG2': 'Functions check every request against the same schemas, and name each fault',
      'AwsSolutions-APIG6':
        'Each request has its line in the access log; execution logs would hold credentials and payloads',
      'AwsSolutions-COG4': 'API keys and tokens are the credentials, told by an authorizer of its own',
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        "The role is API Gateway's, one for the account, and the policy the one that AWS writes for it",
      'Serverless-APIGWXrayEnabled': 'Requests are followed by traceparent through the logs',
      ...(!this.stage.firewall && {
        'AwsSolutions-APIG3': 'A firewall costs 9 dollars a month at rest: `-c firewall=on`',
      }),
    });
  }

  /** Leads every route to its function. */
  route(functions: FunctionTable): void {
    const authorizers = new Authorizers(this, 'Authorizers', { authorize: functions.authorize });
    const integrations = this.integrations(functions);
    for (const operation of operations) {
      const { method, path, scope } = routes[operation];
      const resource = this.api.root.resourceForPath(path);
      const authorizer = queryTokenOperations.has(operation) ? authorizers.query : authorizers.header;
      const integration = integrations[operationFunctions[operation]];
      const added = resource.addMethod(method, integration, scope === 'none' ? open : { authorizer });
      if (scope === 'none') acknowledgeOpen(added, 'It tells what the service is, to whoever asks');
    }
    this.answerTheRest(integrations['describe-service']);
  }

  /** One integration for each function, for its permission holds for all of its methods. */
  private integrations(functions: FunctionTable): Record<FunctionName, LambdaIntegration> {
    const made = Object.entries(functions).map(([name, handler]) => {
      const streamed = { responseTransferMode: ResponseTransferMode.STREAM, timeout: this.streamTimeout() };
      const cutOff = { timeout: Duration.seconds(limits.maxGraphqlSeconds) };
      const options = {
        scopePermissionToMethod: false,
        ...(name === 'graphql' && cutOff),
        ...(streamingFunctions.has(name) && streamed),
      };
      return [name, new LambdaIntegration(handler, options)] as const;
    });
    return Object.fromEntries(made) as Record<FunctionName, LambdaIntegration>;
  }

  private streamTimeout(): Duration {
    return Duration.seconds(Math.max(30, this.stage.streamSeconds + 15));
  }

  /**
   * Wrong methods and unknown addresses, without a credential. The gateway would answer both with a 403, and for one
   * with an `Authorization` header that AWS did not sign, with one that no gateway response can change.
   */
  private answerTheRest(describe: LambdaIntegration): void {
    const known = new Set<IResource>(
      operations.flatMap((operation) =>
        leadingPaths(routes[operation].path).map((path) => this.api.root.resourceForPath(path)),
      ),
    );
    known.add(this.api.root.addResource('{proxy+}'));
    for (const resource of known) {
      acknowledgeOpen(resource.addMethod('ANY', describe, open), 'It refuses: 404 or 405, and does nothing else');
    }
    for (const construct of this.api.node.findAll()) {
      const isPreflight = construct instanceof Method && construct.httpMethod === 'OPTIONS';
      if (isPreflight) acknowledgeOpen(construct, 'Browsers send preflights without a credential');
    }
  }
}

/** `/problems/{code}` -> itself and `/problems`, which has no operation of its own, but is a resource all the same. */
function leadingPaths(path: string): string[] {
  const parts = path.split('/').slice(1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

function acknowledgeOpen(method: Method, reason: string): void {
  acknowledge(method, { 'AwsSolutions-APIG4': reason });
}

/** Each address of a share with its settings, as API Gateway names it: `/jobs/batch/POST`. */
function methodSettings({ throttle }: Stage): Record<string, MethodDeploymentOptions> {
  const throttles = Object.entries(shares).map(([operation, share]) => {
    const { method, path } = routes[operation as Operation];
    const settings = {
      throttlingRateLimit: Math.max(1, Math.floor(throttle.ratePerSecond * share)),
      throttlingBurstLimit: Math.max(1, Math.floor(throttle.burst * share)),
      dataTraceEnabled: false,
      metricsEnabled: operation === measured,
    };
    return [`${path}/${method}`, settings] as const;
  });
  return Object.fromEntries(throttles);
}
