import type { ReceivedMessage } from './queue-client.ts';

/** The event that Lambda makes of messages ("Using Lambda with Amazon SQS"). */
export function sqsEvent(messages: ReceivedMessage[], queueArn: string) {
  return {
    Records: messages.map((message) => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: messageAttributes(message),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: queueArn.split(':')[3],
    })),
  };
}

function messageAttributes({ MessageAttributes = {} }: ReceivedMessage) {
  return Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}

/**
 * The messages that a function has dealt with, by its answer ("Implementing partial batch responses"): all of them
 * where it reports none as failed, none where the report is malformed or names a message that was not in the batch.
 */
export function processedMessages(messages: ReceivedMessage[], payload: unknown): ReceivedMessage[] {
  const failures = reportedFailures(payload);
  if (failures === undefined) return [];
  const known = new Set(messages.map(({ MessageId }) => MessageId));
  if (failures.some((id) => !known.has(id))) return [];
  const failed = new Set(failures);
  return messages.filter(({ MessageId }) => !failed.has(MessageId));
}

/** Undefined where the report is malformed. */
function reportedFailures(payload: unknown): string[] | undefined {
  if (payload === null || payload === undefined) return [];
  if (typeof payload !== 'object') return undefined;
  const failures = 'batchItemFailures' in payload ? payload.batchItemFailures : null;
  if (failures === null || failures === undefined) return [];
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map((failure: unknown) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return ids.every((id): id is string => typeof id === 'string' && id !== '') ? ids : undefined;
}
