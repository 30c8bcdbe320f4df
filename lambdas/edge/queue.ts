import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { log, withLogFields } from './log.ts';
import { flushMetrics } from './metrics.ts';

/** A message as a story gets it. */
export interface QueueMessage {
  body: string;
  /** 1 where nobody has received it before. */
  receiveCount: number;
  eventSourceARN: string;
  receiptHandle: string;
  /** True for the last of its batch: once it is done, so is the call, and what is done leaves the queue. */
  isLast: boolean;
}

/**
 * What becomes of a message: `done` takes it off the queue. Else it goes back, to be seen again in so many seconds; or,
 * without a number, whenever its visibility ends as it is.
 */
export type Outcome = 'done' | { againInSeconds?: number };

type Story = (message: QueueMessage, context: Context) => Promise<Outcome>;
type SetVisibility = (message: QueueMessage, seconds: number) => Promise<void>;

const longestPauseSeconds = 900;

/** How long a message rests after a fault on our side: such faults last, and each receive brings it nearer to its death. */
const pauseSeconds = (receiveCount: number) => Math.min(longestPauseSeconds, 5 * 2 ** Math.min(receiveCount, 10));

/** What a call has measured is written at its end; sooner where it takes long, for it may not live to see it. */
const unwrittenMs = 5_000;

interface QueueOptions {
  /** True: the messages of a batch are taken side by side; for stories that mostly wait. @default false */
  atOnce?: boolean;
}

/**
 * A Lambda handler of an SQS queue out of the story of one message. The messages of a batch are taken one by one, and
 * each is acknowledged or returned by itself (`ReportBatchItemFailures`). Here is where all errors are caught.
 */
export function queue(story: Story, setVisibility: SetVisibility, { atOnce = false }: QueueOptions = {}) {
  return async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    let writtenAtMs = Date.now();
    const takeOne = async (record: SQSRecord) => {
      const fields = { requestId: context.awsRequestId, messageId: record.messageId };
      const message = messageOf(record, { isLast: record === Records.at(-1) });
      const outcome = await withLogFields(fields, () => take(message, context));
      if (outcome !== 'done') batchItemFailures.push({ itemIdentifier: record.messageId });
      if (Date.now() - writtenAtMs < unwrittenMs) return;
      flushMetrics();
      writtenAtMs = Date.now();
    };
    if (atOnce) await Promise.all(Records.map(takeOne));
    else for (const record of Records) await takeOne(record);
    flushMetrics();
    return { batchItemFailures };
  };

  async function take(message: QueueMessage, context: Context): Promise<Outcome> {
    const outcome = await tryStory(message, context);
    if (outcome === 'done' || outcome.againInSeconds === undefined) return outcome;
    try {
      await setVisibility(message, outcome.againInSeconds);
    } catch (error) {
      log.warn('cannot set the visibility of a message: it is seen again when its present one ends', { error });
    }
    return outcome;
  }

  async function tryStory(message: QueueMessage, context: Context): Promise<Outcome> {
    try {
      return await story(message, context);
    } catch (error) {
      log.error('message failed', { error });
      return { againInSeconds: pauseSeconds(message.receiveCount) };
    }
  }
}

function messageOf(
  { body, attributes, eventSourceARN, receiptHandle }: SQSRecord,
  { isLast }: Pick<QueueMessage, 'isLast'>,
): QueueMessage {
  return { body, receiveCount: Number(attributes.ApproximateReceiveCount), eventSourceARN, receiptHandle, isLast };
}
