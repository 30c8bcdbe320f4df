import { Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { LogGroupLogDestination, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct, type IDependable } from 'constructs';
import { accessLog, liveLogFormat } from './access-log.ts';
import type { FunctionTable } from './platform-functions.ts';
import type { Stage } from './stages.ts';

const stageName = 'live';

/** The WebSocket API: one function takes connects, messages and ends. */
export class LiveApi extends Construct {
  /** Where clients connect. */
  readonly url: string;
  /** Where functions post to connections. */
  readonly callbackUrl: string;
  readonly stage: WebSocketStage;
  private readonly api: WebSocketApi;

  constructor(scope: Construct, id: string, { stage, logging }: { stage: Stage; logging: IDependable }) {
    super(scope, id);
    this.api = new WebSocketApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-live`,
      routeSelectionExpression: '$request.body.type',
    });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName,
      autoDeploy: true,
      throttle: { rateLimit: stage.throttle.ratePerSecond, burstLimit: stage.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog(this, stage)),
        format: AccessLogFormat.custom(liveLogFormat),
      },
    });
    this.stage.node.addDependency(logging);
    const { region, urlSuffix } = Stack.of(this);
    const host = `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
    this.url = `wss://${host}/${stageName}`;
    this.callbackUrl = `https://${host}/${stageName}`;
  }

  /** Leads every route to its function. All messages take the default route: the two subprotocols share names of messages. */
  route({ authorize, live }: FunctionTable): void {
    const integration = new WebSocketLambdaIntegration('Live', live);
    this.api.addRoute('$connect', {
      integration,
      // The credential may be in the header or in the query, so neither can be asked for.
      authorizer: new WebSocketLambdaAuthorizer('Authorizer', authorize, { identitySource: [] }),
    });
    this.api.addRoute('$disconnect', { integration });
    this.api.addRoute('$default', { integration });
  }
}
