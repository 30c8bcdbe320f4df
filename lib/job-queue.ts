import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { JobType } from '../protocol/types.ts';
import { acknowledgeDeadLetters, queueEncryption } from './queue-encryption.ts';
import { dataRemovalPolicy } from './removal.ts';
import type { Stage } from './stages.ts';
import { workerSeconds } from './type-limits.ts';

/** Receives beyond a type's runs before a message counts as dead: crashes, waits for a lease and throttles cost innocent batch-mates one each. */
const spareReceives = 20;
/** AWS wants the visibility timeout to be no shorter than the function's; this is what a slow start may take. */
const spareVisibilitySeconds = 30;

/** The name of a type's queue: functions make its address from `QUEUE_URL_PREFIX` and the type, without being told each. */
export function queueName(
  stackName: string,
  { name, ordered }: Pick<JobType, 'name' | 'ordered'>,
  dead = false,
): string {
  return `${stackName}-${name}${dead ? '-dead' : ''}${ordered ? '.fifo' : ''}`;
}

interface JobQueueProps {
  type: JobType;
  stage: Stage;
  key: IKey | undefined;
}

/** A job type's queue and its dead-letter queue. */
export class JobQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { type, stage, key }: JobQueueProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const common: QueueProps = {
      ...queueEncryption(key),
      removalPolicy: dataRemovalPolicy(stage),
      ...(type.ordered && { fifo: true }),
    };
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...common,
      queueName: queueName(stackName, type, true),
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.seconds(60),
    });
    acknowledgeDeadLetters(this.deadLetters);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName: queueName(stackName, type),
      retentionPeriod: Duration.days(7),
      visibilityTimeout: Duration.seconds(workerSeconds(type.limits) + spareVisibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: type.limits.maxRuns + spareReceives },
    });
  }
}
