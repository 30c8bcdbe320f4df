import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { acknowledge } from './acknowledge.ts';

/** How a queue's messages are kept secret: by `key`, or by one of SQS's where there is none. */
export function queueEncryption(key: IKey | undefined): QueueProps {
  if (!key) return { encryption: QueueEncryption.SQS_MANAGED };
  // SQS asks KMS for a data key that often, and not for each message.
  return { encryption: QueueEncryption.KMS, encryptionMasterKey: key, dataKeyReuse: Duration.hours(1) };
}

export function acknowledgeDeadLetters(queue: Queue): void {
  acknowledge(queue, { 'Serverless-SQSRedrivePolicy': 'It is a dead-letter queue itself, and a function empties it' });
}
