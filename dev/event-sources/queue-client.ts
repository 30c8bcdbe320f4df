import { Agent, request } from 'node:http';

/** A message as ReceiveMessage answers it. */
export interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>;
}

/** The three calls that an event source makes to its queue. */
export interface QueueClient {
  /** At most `count` messages (up to 10), waiting up to `waitSeconds` for the first. */
  receive(queueUrl: string, count: number, waitSeconds: number): Promise<ReceivedMessage[]>;
  remove(queueUrl: string, messages: ReceivedMessage[]): Promise<void>;
  /** Makes messages visible again at once. */
  giveBack(queueUrl: string, messages: ReceivedMessage[]): Promise<void>;
  close(): void;
}

/** Speaks SQS's JSON protocol without an SDK: it is on the path of every job. */
export function queueClient(endpoint: string): QueueClient {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });

  function call(operation: string, input: object): Promise<unknown> {
    const body = JSON.stringify(input);
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(body),
      'x-amz-target': `AmazonSQS.${operation}`,
    };
    return new Promise((resolve, reject) => {
      const sent = request({ agent, hostname, port, method: 'POST', path: '/', headers }, (response) => {
        response.setEncoding('utf8');
        let text = '';
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(text === '' ? undefined : JSON.parse(text));
          else reject(new Error(`Cannot do ${operation}: the local SQS answered ${response.statusCode} ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  const entries = (messages: ReceivedMessage[], more: object = {}) =>
    messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, ...more }));

  return {
    async receive(QueueUrl, MaxNumberOfMessages, WaitTimeSeconds) {
      const names = { MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] };
      const answer = await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages, WaitTimeSeconds, ...names });
      return (answer as { Messages?: ReceivedMessage[] }).Messages ?? [];
    },
    async remove(QueueUrl, messages) {
      if (messages.length > 0) await call('DeleteMessageBatch', { QueueUrl, Entries: entries(messages) });
    },
    async giveBack(QueueUrl, messages) {
      if (messages.length === 0) return;
      const Entries = entries(messages, { VisibilityTimeout: 0 });
      await call('ChangeMessageVisibilityBatch', { QueueUrl, Entries });
    },
    close: () => agent.destroy(),
  };
}
