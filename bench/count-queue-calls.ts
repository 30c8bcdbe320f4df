import { type CountingProxy, startProxy } from './forward.ts';

/** One call to a queue, or to the payload bucket that the same engine serves. */
export interface QueueCall {
  operation: string;
  /** Requests as SQS bills them: one for each 64 KiB. */
  requests: number;
  /** Whether the request carries a message group on a standard queue. */
  isFair: boolean;
  /** Messages that were sent or received. */
  messages: number;
  startMs: number;
  endMs: number;
}

const billedBytes = 64 * 1024;

/** A proxy in front of the engine of queues and bucket: `onCall` hears of each call. */
export function countQueueCalls(target: string, onCall: (call: QueueCall) => void): Promise<CountingProxy> {
  return startProxy(target, async (message, send) => {
    const startMs = performance.now();
    const answer = await send(message);
    const endMs = performance.now();
    const operation = String(message.headers['x-amz-target'] ?? '').split('.')[1] ?? `bucket ${message.method}`;
    const isQueue = !operation.startsWith('bucket ');
    const bytes = Math.max(message.body.length, operation === 'ReceiveMessage' ? answer.body.length : 0);
    const asked = message.body.toString();
    onCall({
      operation,
      requests: isQueue ? Math.max(1, Math.ceil(bytes / billedBytes)) : 0,
      isFair: asked.includes('"MessageGroupId"') && !asked.includes('.fifo"'),
      messages: isQueue ? messagesIn(operation, asked, answer.body.toString()) : 0,
      startMs,
      endMs,
    });
    return answer;
  });
}

function messagesIn(operation: string, asked: string, answered: string): number {
  if (operation === 'SendMessage') return 1;
  if (operation === 'SendMessageBatch') return (JSON.parse(asked) as { Entries: unknown[] }).Entries.length;
  if (operation === 'ReceiveMessage')
    return (JSON.parse(answered || '{}') as { Messages?: unknown[] }).Messages?.length ?? 0;
  return 0;
}
