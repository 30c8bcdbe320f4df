import { ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sqs } from '../../lambdas/aws/clients.ts';
import { messageBody, parseMessage, queueDepth, sendJob, sendJobs } from '../../lambdas/aws/job-queue.ts';
import { queuedJob } from '../core/job-records.ts';
import { type JobStage, openJobStage, type } from '../support/job-stage.ts';

let stage: JobStage;
beforeAll(async () => {
  stage = await openJobStage();
  await stage.createQueue('ordered.fifo', { FifoQueue: 'true' });
});
afterAll(() => stage.stop());
afterEach(() => vi.restoreAllMocks());

async function receiveAll(queue: string) {
  const command = new ReceiveMessageCommand({
    QueueUrl: stage.queueUrl(queue),
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All'],
  });
  const found = [];
  for (;;) {
    const { Messages = [] } = await sqs().send(command);
    if (Messages.length === 0) return found;
    found.push(...Messages);
  }
}

describe('a message', () => {
  const record = queuedJob({ type });

  it('says whose job it is, and nothing of its content', async () => {
    const { id, tenant, createdAtMs } = record;
    expect(await parseMessage(await messageBody(record))).toEqual({ job: id, type, tenant, createdAtMs });
    expect(Object.keys(JSON.parse(await messageBody(record)))).toEqual([
      'job',
      'type',
      'tenant',
      'createdAtMs',
      'signature',
    ]);
  });

  it.each(['', 'null', '1', '{}', '{"job":1}', '['.repeat(1_000)])('that we did not sign is none: %j', async (body) => {
    expect(await parseMessage(body)).toBeUndefined();
  });
});

describe('sendJob()', () => {
  it('groups a standard queue by tenant', async () => {
    const send = vi.spyOn(sqs(), 'send');
    for (const tenant of ['a', 'b', 'a']) await sendJob(queuedJob({ type, tenant }));
    const [a, b, again] = send.mock.calls.map(([{ input }]) => 'MessageGroupId' in input && input.MessageGroupId);
    expect(a).toBe(again);
    expect(a).not.toBe(b);
    await receiveAll(type);
  });

  it("groups a FIFO queue by tenant and order key, and takes a job's second message for the first", async () => {
    const ordered = (tenant: string, orderKey: string, id: string) =>
      queuedJob({ type: 'ordered', tenant, orderKey, id });
    await sendJob(ordered('a', 'k', 'job_1'));
    await sendJob(ordered('a', 'k', 'job_1'));
    await sendJob(ordered('a', 'l', 'job_2'));
    await sendJob(ordered('b', 'k', 'job_3'), { delaySeconds: 5 });
    const messages = await receiveAll('ordered.fifo');
    expect(messages).toHaveLength(3);
    expect(new Set(messages.map(({ Attributes }) => Attributes?.MessageGroupId)).size).toBe(3);
  });

  it('delays', async () => {
    await sendJob(queuedJob({ type }), { delaySeconds: 60 });
    expect(await receiveAll(type)).toEqual([]);
  });
});

describe('sendJobs()', () => {
  const jobs = Array.from({ length: 23 }, (_, index) => queuedJob({ type, id: `job_${index}` }));

  it('sends by ten, and says which could not be sent', async () => {
    const client = sqs();
    const send = client.send.bind(client);
    const sizes: number[] = [];
    vi.spyOn(client, 'send').mockImplementation((async (command: { input: object }) => {
      if (!(command instanceof SendMessageBatchCommand)) return send(command as never);
      const { Entries = [] } = command.input;
      sizes.push(Entries.length);
      const isBad = ({ MessageBody = '' }) => MessageBody.includes('"job_13"');
      await send(
        new SendMessageBatchCommand({ ...command.input, Entries: Entries.filter((entry) => !isBad(entry)) }) as never,
      ).catch(() => undefined);
      return { Failed: Entries.filter(isBad) };
    }) as never);
    expect(await sendJobs(jobs)).toEqual(new Set(['job_13']));
    expect(sizes.sort((one, other) => other - one)).toEqual([10, 10, 3, 1, 1]);
    vi.restoreAllMocks();
    expect(await receiveAll(type)).toHaveLength(22);
  });

  it('counts those as unsent whose call fails', async () => {
    vi.spyOn(sqs(), 'send').mockRejectedValue(new Error('no network') as never);
    expect((await sendJobs(jobs)).size).toBe(23);
  });
});

describe('queueDepth()', () => {
  it('is about the number of messages that wait', async () => {
    expect(await queueDepth('ordered', { ordered: true })).toBe(0);
  });
});
