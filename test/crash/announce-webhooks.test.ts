import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sqs } from '../../lambdas/aws/clients.ts';
import { deliveryQueue, parseDeliveryMessage } from '../../lambdas/aws/delivery-queue.ts';
import { placeInput } from '../../lambdas/aws/job-payloads.ts';
import { sendJob } from '../../lambdas/aws/job-queue.ts';
import { createJob, findJob } from '../../lambdas/aws/job-store.ts';
import { newJob } from '../../lambdas/core/job-changes.ts';
import { jobId } from '../../lambdas/core/job-id.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import { type CrashStage, type Death, openCrashStage } from './crash-stage.ts';

let stage: CrashStage;
beforeAll(async () => {
  stage = await openCrashStage(['echo', 'flaky']);
  await stage.createQueue(deliveryQueue);
}, 60_000);
afterAll(() => stage.stop());

const inputs = { echo: { value: 1 }, flaky: { failures: 1 } };

async function submit(type: keyof typeof inputs): Promise<JobRecord> {
  const id = jobId({ tenant: 'acme', secret: 's' });
  const now = Date.now();
  const text = JSON.stringify(inputs[type]);
  const record = newJob(
    { type, input: inputs[type], webhook: { url: 'https://hooks.example.com/', events: ['job.*'] } },
    {
      id,
      tenant: 'acme',
      type: { limits: defaultLimits, ordered: false },
      digest: id,
      input: placeInput({ id, createdAtMs: now }, id, text),
      now,
    },
  );
  await createJob(record, text);
  await sendJob(record);
  return record;
}

/** The queued deliveries: the position of each event, by the delivery's id. */
async function queued(): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (;;) {
    const QueueUrl = stage.queueUrl(deliveryQueue);
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 43_200 });
    const { Messages = [] } = await sqs().send(command);
    if (Messages.length === 0) return found;
    for (const { Body = '' } of Messages) {
      const message = await parseDeliveryMessage(Body);
      if (message?.kind === 'first') found.set(message.draft.id, message.draft.event.seq);
    }
  }
}

async function play(type: keyof typeof inputs, deaths: Death[]): Promise<void> {
  await stage.plan(`run-${type}`, deaths);
  const { id } = await submit(type);
  await stage.drain(type);
  const record = await findJob(id);
  const seqs = [...(await queued()).values()].sort((one, other) => one - other);
  // Each event once by its id, none missing, whatever was queued twice.
  expect(seqs).toEqual(record?.events.map(({ seq }) => seq));
  expect(record?.status).toBe('succeeded');
}

it.each(['echo', 'flaky'] as const)(
  'every event of a job of type %s is queued for its webhook where the worker dies before or after any of its calls',
  async (type) => {
    for (let atCall = 1; ; atCall += 1) {
      let died = 0;
      for (const when of ['before', 'after'] as const) {
        await play(type, [{ atCall, when }]);
        died += stage.died;
      }
      if (died === 0) {
        expect(atCall).toBeGreaterThan(6);
        return;
      }
    }
  },
  120_000,
);
