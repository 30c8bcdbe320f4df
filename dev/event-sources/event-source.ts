import { setTimeout as delay } from 'node:timers/promises';
import type { Lambda } from '../lambda/lambda.ts';
import type { Log } from '../log/log.ts';
import type { QueueClient, ReceivedMessage } from './queue-client.ts';
import { processedMessages, sqsEvent } from './sqs-event.ts';

/** An event source mapping of the template. */
export interface EventSourceSettings {
  queueUrl: string;
  queueArn: string;
  functionName: string;
  batchSize: number;
  maxConcurrency: number;
  /** Whether the function says which messages of a batch have failed. */
  reportsFailures: boolean;
}

export interface EventSource {
  /** Takes effect with the next batch. */
  change(settings: EventSourceSettings): void;
  /** Takes no more messages; resolves once those that were taken are dealt with or given back. */
  stop(): Promise<void>;
}

interface EventSourceOptions {
  client: QueueClient;
  lambda: Pick<Lambda, 'invokeWhenFree'>;
  log: Log;
}

/**
 * How long one poll waits. Short, for a poll is never cut off: fauxqs would count what it hands to a closed
 * connection as received. So this is also how long a stop may take.
 */
const pollSeconds = 1;
const retryMs = 500;

/** Takes messages from a queue and has a function process them, as Lambda's pollers do. */
export function startEventSource(first: EventSourceSettings, { client, lambda, log }: EventSourceOptions): EventSource {
  let settings = first;
  let isStopped = false;
  const underway = new Set<Promise<void>>();
  const polling = poll();

  async function poll(): Promise<void> {
    while (!isStopped) {
      if (underway.size >= settings.maxConcurrency) {
        await Promise.race(underway);
        continue;
      }
      try {
        await takeBatch();
      } catch (error) {
        if (isStopped) return;
        log.error(settings.functionName, `Cannot take messages: ${String(error)}`);
        await delay(retryMs);
      }
    }
  }

  /** Resolves once the batch is with an environment: until then, more messages would only wait somewhere else. */
  async function takeBatch(): Promise<void> {
    const { queueUrl, batchSize } = settings;
    const messages = await client.receive(queueUrl, batchSize, pollSeconds);
    if (messages.length === 0) return;
    if (isStopped) return client.giveBack(queueUrl, messages);
    const begun = Promise.withResolvers<void>();
    const done = process(messages, begun.resolve).finally(() => {
      underway.delete(done);
      begun.resolve();
    });
    underway.add(done);
    await begun.promise;
  }

  async function process(messages: ReceivedMessage[], onBegin: () => void): Promise<void> {
    const { queueUrl, queueArn, functionName, batchSize, reportsFailures } = settings;
    const receivedAtMs = performance.now();
    const result = await lambda.invokeWhenFree(functionName, async () => {
      // What came in while the batch waited for an environment may as well go along.
      const hasWaited = performance.now() - receivedAtMs > 5;
      if (hasWaited && messages.length < batchSize) {
        messages.push(...(await client.receive(queueUrl, batchSize - messages.length, 0)));
      }
      onBegin();
      return sqsEvent(messages, queueArn);
    });
    if (!result.ok) return;
    await client
      .remove(queueUrl, reportsFailures ? processedMessages(messages, result.payload) : messages)
      .catch((error) => {
        log.error(functionName, `Cannot delete messages, they will come again: ${String(error)}`);
      });
  }

  return {
    change(next) {
      settings = next;
    },
    async stop() {
      isStopped = true;
      await polling;
      await Promise.all(underway);
    },
  };
}
