import { Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { LogGroupLogDestination, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct, type IDependable } from 'constructs';
import { accessLog, liveLogFormat } from './access-log.ts';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import { apiOrigin } from './addresses.ts';
import type { FunctionTable } from './platform-functions.ts';
import type { Stage } from './stages.ts';

export const liveStageName = 'live';

interface LiveApiProps {
  stage: Stage;
  key: IKey | undefined;
  logging: IDependable;
}

/** The WebSocket API: one function takes connects, messages and ends. */
export class LiveApi extends Construct {
  /** Where clients connect. */
  readonly url: string;
  /** Where functions post to connections. */
  readonly callbackUrl: string;
  readonly stage: WebSocketStage;
  readonly apiId: string;
  private readonly api: WebSocketApi;

  constructor(scope: Construct, id: string, { stage, key, logging }: LiveApiProps) {
    super(scope, id);
    this.api = new WebSocketApi(this, 'Api', {
      apiName: `${Stack.of(this).stackName}-live`,
      routeSelectionExpression: '$request.body.type',
    });
    this.apiId = this.api.apiId;
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: liveStageName,
      autoDeploy: true,
      throttle: { rateLimit: stage.throttle.ratePerSecond, burstLimit: stage.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog(this, { stage, key })),
        format: AccessLogFormat.custom(liveLogFormat),
      },
    });
    this.stage.node.addDependency(logging);
    const origin = apiOrigin(this, this.apiId, stage);
    this.url = `${stage.domain ? `wss://${stage.domain.live}` : origin.replace(/^http/, 'ws')}/${liveStageName}`;
    // Posts go to API Gateway's own host, which any stack's functions may sign for.
    this.callbackUrl = `${origin}/${liveStageName}`;
  }

  /** Lets `grantee` post to connections, look at them and close them. */
  grantPosts(grantee: IGrantable): void {
    const resourceArns = ['POST', 'GET', 'DELETE'].map((method) =>
      Stack.of(this).formatArn({
        service: 'execute-api',
        resource: this.apiId,
        resourceName: `${liveStageName}/${method}/@connections/*`,
      }),
    );
    Grant.addToPrincipal({ grantee, actions: ['execute-api:ManageConnections'], resourceArns });
    acknowledgeWildcards(grantee, resourceArns, 'Connections get their ids when clients connect');
  }

  /** Leads every route to its function. All messages take the default route: the two subprotocols share names of messages. */
  route({ authorize, live }: FunctionTable): void {
    const integration = new WebSocketLambdaIntegration('Live', live);
    this.api.addRoute('$connect', {
      integration,
      // The credential may be in the header or in the query, so neither can be asked for.
      authorizer: new WebSocketLambdaAuthorizer('Authorizer', authorize, { identitySource: [] }),
    });
    for (const name of ['$disconnect', '$default']) {
      const route = this.api.addRoute(name, { integration });
      acknowledge(route, {
        'AwsSolutions-APIG4': 'A connection is authorized when it is made: AWS takes an authorizer there alone',
      });
    }
  }
}
