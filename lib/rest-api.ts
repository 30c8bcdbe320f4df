import { Duration, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  type IResource,
  LambdaIntegration,
  LogGroupLogDestination,
  type MethodOptions,
  ResponseTransferMode,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { Construct, type IDependable } from 'constructs';
import { allowedHeaders } from '../protocol/cors.ts';
import { type Operation, routes } from '../protocol/routes.ts';
import { accessLog, restLogFormat } from './access-log.ts';
import { Authorizers } from './authorizers.ts';
import { type FunctionName, streamingFunctions } from './functions.ts';
import { addGatewayResponses } from './gateway-responses.ts';
import { operationFunctions, queryTokenOperations } from './operations.ts';
import type { FunctionTable } from './platform-functions.ts';
import type { Stage } from './stages.ts';

const stageName = 'v1';
const operations = Object.keys(routes) as Operation[];

/** The REST API: the routes of `protocol/routes.ts`, each to its function. */
export class JobRestApi extends Construct {
  /** The public address, stage included, without a slash at the end. */
  readonly url: string;
  /** The public address of its host. */
  readonly origin: string;
  /** What must be there before any API of the account may write a log. */
  readonly logging: IDependable;
  private readonly api: RestApi;
  private readonly stage: Stage;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    this.stage = stage;
    this.api = new RestApi(this, 'Api', {
      restApiName: Stack.of(this).stackName,
      endpointTypes: [EndpointType.REGIONAL],
      // Access logs need the account's API Gateway to have a role. It stays, for other stacks may write logs by it.
      cloudWatchRole: true,
      deployOptions: {
        stageName,
        throttlingRateLimit: stage.throttle.ratePerSecond,
        throttlingBurstLimit: stage.throttle.burst,
        accessLogDestination: new LogGroupLogDestination(accessLog(this, stage)),
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
    const { region, urlSuffix } = Stack.of(this);
    this.origin = `https://${this.api.restApiId}.execute-api.${region}.${urlSuffix}`;
    this.url = `${this.origin}/${stageName}`;
    addGatewayResponses(this.api, this.url);
  }

  /** Leads every route to its function. */
  route(functions: FunctionTable): void {
    const authorizers = new Authorizers(this, 'Authorizers', { authorize: functions.authorize });
    const integrations = this.integrations(functions);
    for (const operation of operations) {
      const { method, path, scope } = routes[operation];
      const resource = this.api.root.resourceForPath(path);
      const authorizer = queryTokenOperations.has(operation) ? authorizers.query : authorizers.header;
      const open: MethodOptions = { authorizationType: AuthorizationType.NONE };
      resource.addMethod(method, integrations[operationFunctions[operation]], scope === 'none' ? open : { authorizer });
    }
    this.answerTheRest(integrations['describe-service']);
  }

  /** One integration for each function, for its permission holds for all of its methods. */
  private integrations(functions: FunctionTable): Record<FunctionName, LambdaIntegration> {
    const made = Object.entries(functions).map(([name, handler]) => {
      const streamed = { responseTransferMode: ResponseTransferMode.STREAM, timeout: this.streamTimeout() };
      const options = { scopePermissionToMethod: false, ...(streamingFunctions.has(name) && streamed) };
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
    const options: MethodOptions = { authorizationType: AuthorizationType.NONE };
    const known = new Set<IResource>(
      operations.flatMap((operation) =>
        leadingPaths(routes[operation].path).map((path) => this.api.root.resourceForPath(path)),
      ),
    );
    for (const resource of known) resource.addMethod('ANY', describe, options);
    this.api.root.addResource('{proxy+}').addMethod('ANY', describe, options);
  }
}

/** `/problems/{code}` -> itself and `/problems`, which has no operation of its own, but is a resource all the same. */
function leadingPaths(path: string): string[] {
  const parts = path.split('/').slice(1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
