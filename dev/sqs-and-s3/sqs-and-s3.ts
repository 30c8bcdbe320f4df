import type { Assembly } from '../assembly/read-assembly.ts';
import { startEngineThread } from '../engine-thread.ts';
import type { CorsRule } from './cors.ts';

/** What the thread makes: queues and buckets as the template has them. */
export interface QueueAndBucketNeeds {
  queues: { name: string; attributes: Record<string, string> }[];
  buckets: { name: string; corsRules: CorsRule[] }[];
}

/** The local SQS and S3: fauxqs, with its state in memory. */
export interface SqsAndS3 {
  url: string;
  /** Makes the assembly's queues and buckets, and brings those that are there up to date. */
  createQueuesAndBuckets(assembly: Assembly): Promise<void>;
  stop(): Promise<void>;
}

export async function startSqsAndS3(onFault: (error: Error) => void): Promise<SqsAndS3> {
  const thread = await startEngineThread(new URL('./sqs-and-s3-thread.ts', import.meta.url), onFault);
  return {
    url: `http://127.0.0.1:${thread.port}`,
    createQueuesAndBuckets: (assembly) => thread.prepare(needs(assembly)),
    stop: () => thread.stop(),
  };
}

function needs(assembly: Assembly): QueueAndBucketNeeds {
  const ofType = (wanted: string) => Object.entries(assembly.resources).filter(([, { type }]) => type === wanted);
  return {
    queues: ofType('AWS::SQS::Queue').map(([logicalId, { properties }]) => ({
      name: String(assembly.resolve({ 'Fn::GetAtt': [logicalId, 'QueueName'] })),
      attributes: queueAttributes(assembly.resolve(properties) as Record<string, unknown>),
    })),
    buckets: ofType('AWS::S3::Bucket').map(([logicalId, { properties }]) => ({
      name: String(assembly.resolve({ Ref: logicalId })),
      corsRules: corsRules(assembly.resolve(properties)),
    })),
  };
}

const attributeNames = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'VisibilityTimeout',
];

/** Properties of the template as the attributes of SQS's API, all of which are text. */
function queueAttributes(properties: Record<string, unknown>): Record<string, string> {
  const present = attributeNames.filter((name) => properties[name] !== undefined);
  return Object.fromEntries(
    present.map((name) => {
      const value = properties[name];
      return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}

function corsRules(bucket: unknown): CorsRule[] {
  const { CorsConfiguration } = bucket as { CorsConfiguration?: { CorsRules?: CorsRule[] } };
  return CorsConfiguration?.CorsRules ?? [];
}
