import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { sqs } from '../lambdas/aws/clients.ts';

/** About how many messages a queue holds: SQS counts them on many machines, and says so. */
export interface QueueCounts {
  waiting: number;
  delayed: number;
  /** Received, and neither deleted nor given back. */
  inFlight: number;
}

/** The counts of the queue of that name after the stack's. */
export async function countMessages(name: string): Promise<QueueCounts> {
  const { Attributes = {} } = await sqs().send(
    new GetQueueAttributesCommand({
      QueueUrl: `${process.env.QUEUE_URL_PREFIX}${name}`,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesDelayed',
        'ApproximateNumberOfMessagesNotVisible',
      ],
    }),
  );
  return {
    waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
