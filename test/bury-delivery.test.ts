import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { sqs } from '../lambdas/aws/clients.ts';
import { findDelivery } from '../lambdas/aws/deliveries.ts';
import { deliveryQueue, nextTurn, sendDeliveries } from '../lambdas/aws/delivery-queue.ts';
import { handler } from '../lambdas/bury-delivery.ts';
import { sendWebhooks } from '../lambdas/deliver/webhooks.ts';
import { type Engines, startEngines } from './support/engines.ts';
import { eventOf } from './support/job-stage.ts';
import { jobOf } from './webhooks/job-events.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
  Object.assign(process.env, engines.env);
  await engines.createQueue(deliveryQueue);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(() => engines.stop());

const context = { awsRequestId: 'r', getRemainingTimeInMillis: () => 30_000 } as Context;

async function received(): Promise<string> {
  const { Messages: [message] = [] } = await sqs().send(
    new ReceiveMessageCommand({ QueueUrl: engines.queueUrl(deliveryQueue), VisibilityTimeout: 43_200 }),
  );
  return message?.Body ?? '';
}

const bury = (body: string) => handler(eventOf([{ messageId: 'm', body }], `${deliveryQueue}-dead`), context);

it('a first message that died leaves a delivery that is due again, and a later one counts as an attempt', async () => {
  const { record, events } = jobOf({ webhook: { url: 'https://hooks.example.com/' } });
  await sendWebhooks(record, events);
  const first = await received();
  const { draft } = JSON.parse(first.slice(first.indexOf('.') + 1));
  expect(await bury(first)).toEqual({ batchItemFailures: [] });
  const buried = await findDelivery(draft.id);
  expect(buried).toMatchObject({
    status: 'pending',
    tries: 1,
    attempts: [{ error: expect.stringContaining('our side') }],
  });
  expect(buried?.dueAtMs).toBeGreaterThan(Date.now());

  if (buried) await sendDeliveries([nextTurn(buried)]);
  const later = await received();
  await bury(later);
  await bury(later);
  expect(await findDelivery(draft.id)).toMatchObject({ status: 'pending', tries: 2, attempts: [{}, {}] });
});

it('a message that is not signed by us is dropped', async () => {
  expect(await bury('nonsense')).toEqual({ batchItemFailures: [] });
  const attributes = new GetQueueAttributesCommand({
    QueueUrl: engines.queueUrl(deliveryQueue),
    AttributeNames: ['ApproximateNumberOfMessages'],
  });
  expect((await sqs().send(attributes)).Attributes?.ApproximateNumberOfMessages).toBe('0');
});
