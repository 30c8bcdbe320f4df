import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import { breakerDueKind } from '../../lambdas/aws/breakers.ts';
import { sqs } from '../../lambdas/aws/clients.ts';
import { deliveryDueKind } from '../../lambdas/aws/deliveries.ts';
import { deliveryQueue } from '../../lambdas/aws/delivery-queue.ts';
import { createEndpoint } from '../../lambdas/aws/endpoints.ts';
import { advanceWatch } from '../../lambdas/aws/minute-watch.ts';
import { makeSecret } from '../../lambdas/aws/webhook-secrets.ts';
import { endpointId } from '../../lambdas/core/delivery-id.ts';
import type { EndpointRecord } from '../../lambdas/core/endpoint-record.ts';
import { handler as deliver } from '../../lambdas/deliver-webhook.ts';
import { endpointPlace } from '../../lambdas/deliveries/find-target.ts';
import { handler as release } from '../../lambdas/release-deliveries.ts';
import type { WebhookEvent } from '../../protocol/webhooks.ts';
import { type Engines, startEngines } from '../support/engines.ts';
import { eventOf } from '../support/job-stage.ts';

/** A webhook as a receiver got it. */
export interface Got {
  path: string;
  headers: IncomingHttpHeaders;
  body: WebhookEvent;
  text: string;
}

export type Behaviour = (response: ServerResponse, got: Got) => void;

/** The functions of webhooks with what stands around them, in the test's own process, on a clock of the test's. */
export interface WebhookStage extends Engines {
  /** Everything that receivers got, in order. */
  got: Got[];
  /** The URL of a receiver that answers as it says; 204 where it says nothing. */
  receiver(path: string, behaviour?: Behaviour): string;
  /** Makes an endpoint, and tells its secret. */
  endpoint(url: string, fields?: Partial<EndpointRecord>): Promise<EndpointRecord & { secret: string }>;
  /** Delivers what the queue holds until nothing is visible any more; returns how many messages it handled. */
  drain(): Promise<number>;
  /** Lets time go by. */
  leap(ms: number): void;
  /** Lets time go by in which nothing is due: the minute rule's calls of that time are left out. */
  skip(ms: number): Promise<void>;
  /** Lets minutes go by, with the minute rule's call in each and what follows from it. */
  minutes(count: number): Promise<void>;
}

export const tenant = 'acme';
const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 40_000 } as Context;

export async function openWebhookStage(): Promise<WebhookStage> {
  const engines = await startEngines();
  Object.assign(process.env, engines.env);
  await engines.createQueue(deliveryQueue, { VisibilityTimeout: '70' });
  const realNow = Date.now;
  let offsetMs = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => realNow() + offsetMs);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);

  const got: Got[] = [];
  const behaviours = new Map<string, Behaviour>();
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      const path = request.url ?? '';
      const one = { path, headers: request.headers, body: JSON.parse(text) as WebhookEvent, text };
      got.push(one);
      const behaviour = behaviours.get(path);
      if (behaviour) behaviour(response, one);
      else response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const stage: WebhookStage = {
    ...engines,
    got,
    receiver(path, behaviour) {
      if (behaviour) behaviours.set(path, behaviour);
      else behaviours.delete(path);
      return `${origin}${path}`;
    },
    async endpoint(url, fields = {}) {
      const id = endpointId(crypto.getRandomValues(new Uint8Array(17)));
      const { secret, sealed } = await makeSecret(endpointPlace({ tenant, id }));
      const record: EndpointRecord = {
        id,
        tenant,
        url,
        events: ['job.*'],
        enabled: true,
        secrets: [{ sealed }],
        createdAtMs: Date.now(),
        version: 1,
        ...fields,
      };
      await createEndpoint(record);
      return { ...record, secret };
    },
    async drain() {
      for (let count = 0; ; ) {
        const messages = await receive(engines.queueUrl(deliveryQueue));
        if (messages.length === 0) return count;
        count += messages.length;
        await handle(messages, engines.queueUrl(deliveryQueue));
      }
    },
    leap(ms) {
      offsetMs += ms;
    },
    async skip(ms) {
      offsetMs += ms;
      const minute = Math.floor(Date.now() / 60_000) - 1;
      for (const kind of [deliveryDueKind, breakerDueKind]) await advanceWatch(kind, minute);
    },
    async minutes(count) {
      for (let minute = 0; minute < count; minute += 1) {
        offsetMs += 60_000;
        await release();
        await stage.drain();
      }
    },
    async stop() {
      vi.restoreAllMocks();
      server.closeAllConnections();
      server.close();
      await engines.stop();
    },
  };
  return stage;
}

async function receive(QueueUrl: string): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
  });
  return (await sqs().send(command)).Messages ?? [];
}

/** Hands messages to the function as an event source does, and deletes those that it acknowledges. */
async function handle(messages: Message[], QueueUrl: string): Promise<void> {
  const received = messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    receiveCount: Number(Attributes.ApproximateReceiveCount),
  }));
  const { batchItemFailures } = await deliver(eventOf(received, deliveryQueue), context);
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { messageId, receiptHandle } of received) {
    if (!failed.has(messageId)) await sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receiptHandle }));
  }
}
