import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { dynamo, sqs } from '../../lambdas/aws/clients.ts';
import { deliveryQueue, parseDeliveryMessage } from '../../lambdas/aws/delivery-queue.ts';
import { messageBody } from '../../lambdas/aws/job-queue.ts';
import { cancelOwnJob } from '../../lambdas/cancel/cancel-own-job.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { workerFor } from '../../lambdas/run-job.ts';
import { type JobStage, openJobStage, type } from '../support/job-stage.ts';

let stage: JobStage;
let runs = 0;
beforeAll(async () => {
  stage = await openJobStage();
});
afterAll(() => stage.stop());
beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  runs = 0;
});

const webhook = { url: 'https://hooks.example.com/', events: ['job.*'] };
const worker = workerFor(type, {
  description: '',
  input: z.any(),
  output: z.any(),
  run: () => {
    runs += 1;
    return 'done';
  },
});

/** The events that wait to be delivered, and the ids of their deliveries. */
async function queued(): Promise<{ type: string; id: string }[]> {
  const found: { type: string; id: string }[] = [];
  for (;;) {
    const command = new ReceiveMessageCommand({ QueueUrl: stage.queueUrl(deliveryQueue), MaxNumberOfMessages: 10 });
    const { Messages = [] } = await sqs().send(command);
    if (Messages.length === 0) return found;
    for (const { Body = '' } of Messages) {
      const message = await parseDeliveryMessage(Body);
      if (message?.kind === 'first') found.push({ type: message.draft.event.type, id: message.draft.id });
    }
  }
}

const deliver = async (record: JobRecord, receiveCount: number) =>
  stage.deliver(worker, [{ body: await messageBody(record), receiveCount }]);

it('a job whose webhooks cannot be queued runs once, and its message comes back until they are', async () => {
  // The queue is not there: whatever is sent to it fails.
  const record = await stage.submit({}, { webhook });
  expect(await deliver(record, 1)).toEqual(['message']);
  expect(await stage.head(record)).toMatchObject({ status: 'succeeded', run: 1, announcedSeq: 0 });

  const canceled = await stage.submit({}, { webhook });
  expect((await cancelOwnJob(canceled.id, canceled.tenant)).record.status).toBe('canceled');
  expect(await stage.head(canceled)).toMatchObject({ announcedSeq: 0 });

  await stage.createQueue(deliveryQueue);
  expect(await deliver(record, 2)).toEqual([]);
  expect(runs).toBe(1);
  expect((await queued()).map((one) => one.type)).toEqual(['job.queued', 'job.running', 'job.succeeded']);
  expect(await deliver(canceled, 1)).toEqual([]);
  expect((await queued()).map((one) => one.type)).toEqual(['job.queued', 'job.canceled']);
}, 30_000);

it('a job without webhooks costs one Query for each announcement, beside the push', async () => {
  const record = await stage.submit();
  const asked = vi.spyOn(dynamo(), 'send');
  await deliver(record, 1);
  const queries = asked.mock.calls.map(([command]) => command).filter((command) => command instanceof QueryCommand);
  expect(queries.map(({ input }) => input)).toEqual(
    Array(2).fill(expect.objectContaining({ ConsistentRead: false, KeyConditionExpression: 'pk = :pk' })),
  );
  asked.mockRestore();
});

it('parts and progress are no webhooks, and cost no Query', async () => {
  const asked = vi.spyOn(dynamo(), 'send');
  const emitting = workerFor(type, {
    description: '',
    input: z.any(),
    output: z.any(),
    async run(_, { emit, progress }) {
      await emit('part');
      progress(50);
      await new Promise((resolve) => setTimeout(resolve, 700));
      return 1;
    },
  });
  const record = await stage.submit({}, { webhook, watchers: [] });
  await stage.deliver(emitting, [{ body: await messageBody(record) }]);
  expect(asked.mock.calls.filter(([command]) => command instanceof QueryCommand)).toHaveLength(2);
  expect((await queued()).map((one) => one.type)).toEqual(['job.queued', 'job.running', 'job.succeeded']);
  asked.mockRestore();
});
