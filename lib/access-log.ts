import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { dataRemovalPolicy } from './removal.ts';
import type { Stage } from './stages.ts';

const common = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  status: '$context.status',
  ip: '$context.identity.sourceIp',
  userAgent: '$context.identity.userAgent',
  tenant: '$context.authorizer.tenant',
  error: '$context.error.responseType',
  integrationStatus: '$context.integrationStatus',
};

/** One line for each request, without its query string: a token may travel there. */
export const restLogFormat = JSON.stringify({
  ...common,
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  path: '$context.path',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
});

/** One line for each handshake, message and end of a connection. */
export const liveLogFormat = JSON.stringify({
  ...common,
  route: '$context.routeKey',
  connection: '$context.connectionId',
  latencyMs: '$context.integrationLatency',
});

/** A log group for an API's access log, below `scope`. */
export function accessLog(scope: Construct, { stage, key }: { stage: Stage; key: IKey | undefined }): LogGroup {
  return new LogGroup(scope, 'AccessLog', {
    retention: stage.logRetention,
    removalPolicy: dataRemovalPolicy(stage),
    ...(key && { encryptionKey: key }),
  });
}
