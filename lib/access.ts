import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { DeliveryQueue } from './delivery-queue.ts';
import type { FunctionName } from './functions.ts';
import type { JobQueue } from './job-queue.ts';
import type { IndexName, JobTable, TableAction } from './job-table.ts';
import type { LiveApi } from './live-api.ts';
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
  live: LiveApi;
  /** What all of it is encrypted with, where it is a key of the stack's own. */
  key: IKey | undefined;
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
  if (access.connections) platform.live.grantPosts(grantee);
  if (access.functions) {
    const stack = Stack.of(platform.live);
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
  const actions = keyActions(access);
  if (platform.key && actions.length > 0) {
    Grant.addToPrincipal({ grantee, actions, resourceArns: [platform.key.keyArn] });
  }
}

const readActions: ReadonlySet<TableAction> = new Set(['GetItem', 'BatchGetItem', 'Query']);

/** What a caller of the services must be allowed on the key, for they use it in the caller's name. */
function keyActions({ table = [], objects = {}, secrets = [], queues = [], deliveries }: Access): string[] {
  const writes = table.some((action) => !readActions.has(action));
  const sends = deliveries === true || queues.includes('SendMessage');
  const stores = Object.values(objects).some((actions) => actions.includes('PutObject'));
  const reads = [table, secrets, Object.keys(objects)].some((used) => used.length > 0);
  return [
    ...(table.length > 0 ? ['kms:DescribeKey'] : []),
    ...(writes ? ['kms:Encrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'] : []),
    ...(writes || sends || stores ? ['kms:GenerateDataKey'] : []),
    ...(reads || sends ? ['kms:Decrypt'] : []),
  ];
}
