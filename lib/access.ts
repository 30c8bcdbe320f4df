import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { DeliveryQueue } from './delivery-queue.ts';
import type { FunctionName } from './functions.ts';
import type { JobQueue } from './job-queue.ts';
import type { IndexName, JobTable, TableAction } from './job-table.ts';
import type { ObjectAction, PayloadBucket, PayloadPrefix } from './payload-bucket.ts';

export type SecretName = 'job' | 'token' | 'webhook';
export type QueueAction = 'SendMessage' | 'GetQueueAttributes';

/** What a function may do beside writing its log. */
export interface Access {
  table?: readonly TableAction[];
  indexes?: readonly IndexName[];
  objects?: Partial<Record<PayloadPrefix, readonly ObjectAction[]>>;
  secrets?: readonly SecretName[];
  /** On the queue of every job type. */
  queues?: readonly QueueAction[];
  /** Sending to the queue of webhook deliveries. */
  deliveries?: true;
  /** Posting to WebSocket connections and closing them. */
  connections?: true;
  /** Calling another function and waiting for its answer. */
  functions?: readonly FunctionName[];
}

/** What there is to be given access to. */
export interface Platform {
  table: JobTable;
  bucket: PayloadBucket;
  secrets: Record<SecretName, Secret>;
  queues: JobQueue[];
  deliveries: DeliveryQueue;
  liveStage: WebSocketStage;
}

/** Gives `grantee` exactly `access` on the parts of the platform. */
export function grantAccess(grantee: IGrantable, access: Access, platform: Platform): void {
  platform.table.grant(grantee, access.table ?? [], access.indexes ?? []);
  for (const [prefix, actions] of Object.entries(access.objects ?? {})) {
    platform.bucket.grant(grantee, prefix as PayloadPrefix, actions);
  }
  for (const name of access.secrets ?? []) {
    Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [platform.secrets[name].secretArn],
    });
  }
  const { queues = [] } = access;
  if (queues.length > 0) {
    Grant.addToPrincipal({
      grantee,
      actions: queues.map((action) => `sqs:${action}`),
      resourceArns: platform.queues.map(({ queue }) => queue.queueArn),
    });
  }
  if (access.deliveries) {
    const { queueArn } = platform.deliveries.queue;
    Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [queueArn] });
  }
  if (access.connections) platform.liveStage.grantManagementApiAccess(grantee);
  if (access.functions) {
    const stack = Stack.of(platform.liveStage);
    // By their names, which are fixed: the functions themselves may not have been made yet.
    const resourceArns = access.functions.map((name) =>
      stack.formatArn({
        service: 'lambda',
        resource: 'function',
        resourceName: `${stack.stackName}-${name}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns });
  }
}
