import { setTimeout as pause } from 'node:timers/promises';
import { ReceiveMessageCommand, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { sqs } from '../../lambdas/aws/clients.ts';
import {
  messageBody,
  parseMessage,
  queueDepth,
  sendJob,
  sendJobs,
  setVisibility,
} from '../../lambdas/aws/job-queue.ts';
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
      return { Failed: Entries.filter(isBad).map(({ Id }) => ({ Id, Code: 'Refused', Message: 'too odd' })) };
    }) as never);
    expect([...(await sendJobs(jobs))]).toEqual([['job_13', new Error('The queue answers Refused: too odd')]]);
    expect(sizes.sort((one, other) => other - one)).toEqual([10, 10, 3, 1, 1]);
    vi.restoreAllMocks();
    expect(await receiveAll(type)).toHaveLength(22);
  });

  it('counts those as unsent whose call fails', async () => {
    vi.spyOn(sqs(), 'send').mockRejectedValue(new Error('no network') as never);
    const unsent = await sendJobs(jobs);
    expect(unsent.size).toBe(23);
    expect(unsent.get('job_13')).toEqual(new Error('no network'));
  });
});

describe('sendJobs() to an ordered queue', () => {
  const jobOf = (id: string, orderKey: string) => queuedJob({ type: 'ordered', id, orderKey });

  /** What a queue took, in order; it takes a while over the first call, and none of what `refuses` says. */
  function watchQueue(refuses: (body: string) => boolean = () => false): string[] {
    const taken: string[] = [];
    let calls = 0;
    vi.spyOn(sqs(), 'send').mockImplementation((async (command: { input: object }) => {
      if (!(command instanceof SendMessageBatchCommand)) throw new Error('not to be sent by itself');
      calls += 1;
      if (calls === 1) await pause(100);
      const { Entries = [] } = command.input;
      const failed = ({ MessageBody = '' }) => refuses(MessageBody);
      taken.push(
        ...Entries.filter((entry) => !failed(entry)).map(({ MessageBody = '' }) => JSON.parse(MessageBody).job),
      );
      return { Failed: Entries.filter(failed) };
    }) as never);
    return taken;
  }

  it('sends the jobs of one key one after another, however long a call takes, and other keys beside them', async () => {
    const taken = watchQueue();
    const ids = (key: string) => Array.from({ length: 12 }, (_, index) => `${key}${index}`);
    const jobs = [...ids('k').map((id) => jobOf(id, 'k')), ...ids('l').map((id) => jobOf(id, 'l'))];
    expect((await sendJobs(jobs)).size).toBe(0);
    for (const key of ['k', 'l']) expect(taken.filter((id) => id.startsWith(key))).toEqual(ids(key));
    expect(sqs().send).toHaveBeenCalledTimes(12);
  });

  it('sends a job again before the next one of its key', async () => {
    let refusals = 0;
    const taken = watchQueue((body) => body.includes('"b"') && ++refusals < 3);
    expect((await sendJobs(['a', 'b', 'c'].map((id) => jobOf(id, 'k')))).size).toBe(0);
    expect(taken).toEqual(['a', 'b', 'c']);
  });

  it('keeps back what comes after a job that could not be sent', async () => {
    const taken = watchQueue((body) => body.includes('"b"'));
    const jobs = [...['a', 'b', 'c', 'd'].map((id) => jobOf(id, 'k')), ...['x', 'y'].map((id) => jobOf(id, 'l'))];
    expect([...(await sendJobs(jobs)).keys()]).toEqual(['b', 'c', 'd']);
    expect(taken.toSorted()).toEqual(['a', 'x', 'y']);
  });
});

describe('setVisibility()', () => {
  it.each([
    [4.2, 5],
    [-1, 0],
    [43_200, 42_000],
  ])('for %d s hides a message for %d s: no longer than SQS takes after a run', async (seconds, set) => {
    const send = vi.spyOn(sqs(), 'send').mockResolvedValue({} as never);
    await setVisibility(
      { eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:stack-${type}`, receiptHandle: 'r' },
      seconds,
    );
    expect(send.mock.calls[0]?.[0].input).toMatchObject({ VisibilityTimeout: set });
  });
});

describe('queueDepth()', () => {
  it('is about the number of messages that wait', async () => {
    expect(await queueDepth('ordered', { ordered: true })).toBe(0);
  });
});
