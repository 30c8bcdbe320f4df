import { Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledgeDeadLetters, queueEncryption } from './queue-encryption.ts';
import { dataRemovalPolicy } from './removal.ts';
import type { Stage } from './stages.ts';

/** As in `lambdas/aws/delivery-queue.ts`: after the stack's name, with a character that no job type's name can have. */
const queueName = '_deliveries';
/** A delivery that finds its endpoint busy comes back a few times; one that is received so often cannot be processed. */
const maxReceives = 15;
/** What a slow start may take on top of the function's timeout. */
const spareVisibilitySeconds = 30;

/** The names of the queue of deliveries and of its dead-letter queue. */
export function deliveryQueueNames(stackName: string): { queue: string; deadLetters: string } {
  return { queue: `${stackName}-${queueName}`, deadLetters: `${stackName}-${queueName}-dead` };
}

interface DeliveryQueueProps {
  stage: Stage;
  key: IKey | undefined;
  /** The timeout of the function that sends webhooks. */
  deliverSeconds: number;
}

/** The queue of webhook deliveries, and where those end that cannot be processed. */
export class DeliveryQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { stage, key, deliverSeconds }: DeliveryQueueProps) {
    super(scope, id);
    const names = deliveryQueueNames(Stack.of(this).stackName);
    const common: QueueProps = {
      ...queueEncryption(key),
      removalPolicy: dataRemovalPolicy(stage),
      retentionPeriod: Duration.days(14),
    };
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...common,
      queueName: names.deadLetters,
      visibilityTimeout: Duration.seconds(60),
    });
    acknowledgeDeadLetters(this.deadLetters);
    this.queue = new Queue(this, 'Queue', {
      ...common,
      queueName: names.queue,
      visibilityTimeout: Duration.seconds(deliverSeconds + spareVisibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceives },
    });
  }
}
