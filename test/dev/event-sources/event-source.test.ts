import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEventSources } from '../../../dev/event-sources/event-sources.ts';
import type { sqsEvent } from '../../../dev/event-sources/sqs-event.ts';
import type { InvokeResult } from '../../../dev/lambda/invoke.ts';
import { type SqsAndS3, startSqsAndS3 } from '../../../dev/sqs-and-s3/sqs-and-s3.ts';
import { quietLog } from '../quiet-log.ts';
import { sampleAssembly } from '../sample-assembly.ts';

type Batch = ReturnType<typeof sqsEvent>['Records'];

let sqs: SqsAndS3;
beforeAll(async () => {
  sqs = await startSqsAndS3((error) => {
    throw error;
  });
});
afterAll(() => sqs.stop());

async function call(operation: string, input: object): Promise<Record<string, unknown>> {
  const response = await fetch(sqs.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return text === '' ? {} : JSON.parse(text);
}

interface Setting {
  mapping?: Record<string, unknown>;
  queue?: Record<string, unknown>;
  fifo?: boolean;
  /** The function. Returns its payload; a throw is a failed call. */
  run(batch: Batch): unknown;
}

/** A queue of its own with its DLQ, mapped to a function. */
async function startMapping({ mapping = {}, queue = {}, fifo = false, run }: Setting) {
  const suffix = fifo ? '.fifo' : '';
  const name = `q-${crypto.randomUUID()}`;
  const kind = fifo ? { FifoQueue: true } : {};
  const assembly = sampleAssembly({
    addresses: { sqs: sqs.url },
    resources: {
      Dead: { Type: 'AWS::SQS::Queue', Properties: { QueueName: `${name}-dead${suffix}`, ...kind } },
      Queue: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: `${name}${suffix}`,
          VisibilityTimeout: 1,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 3 },
          ...kind,
          ...queue,
        },
      },
      Mapping: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          BatchSize: 10,
          EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] },
          FunctionName: 'Run',
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ...mapping,
        },
      },
    },
  });
  await sqs.createQueuesAndBuckets(assembly);
  const batches: Batch[] = [];
  const lambda = {
    async invokeWhenFree(functionName: string, makeEvent: () => Promise<unknown>): Promise<InvokeResult> {
      expect(functionName).toBe('Run');
      const { Records } = (await makeEvent()) as { Records: Batch };
      batches.push(Records);
      try {
        return { ok: true, payload: await run(Records) };
      } catch (error) {
        return { ok: false, error: { errorType: 'Error', errorMessage: String(error) } };
      }
    },
  };
  const sources = startEventSources({ sqsUrl: sqs.url, lambda, log: quietLog() });
  const queueUrl = `${sqs.url}/000000000000/${name}${suffix}`;
  const deadUrl = `${sqs.url}/000000000000/${name}-dead${suffix}`;
  return {
    assembly,
    batches,
    sources,
    queueUrl,
    bodies: () => batches.flat().map(({ body }) => body),
    async send(bodies: string[], group?: string) {
      const ids = group === undefined ? {} : { MessageGroupId: group };
      for (const MessageBody of bodies) {
        const dedupe = fifo ? { MessageDeduplicationId: crypto.randomUUID() } : {};
        await call('SendMessage', { QueueUrl: queueUrl, MessageBody, ...ids, ...dedupe });
      }
    },
    async left(url = queueUrl) {
      const { Attributes } = await call('GetQueueAttributes', { QueueUrl: url, AttributeNames: ['All'] });
      const counts = Attributes as Record<string, string>;
      return Number(counts.ApproximateNumberOfMessages) + Number(counts.ApproximateNumberOfMessagesNotVisible);
    },
    dead: async () =>
      ((await call('ReceiveMessage', { QueueUrl: deadUrl })).Messages as { Body: string }[] | undefined)?.map(
        ({ Body }) => Body,
      ),
  };
}

describe('startEventSources()', () => {
  test('hands messages over as Lambda does and deletes what was processed', async () => {
    const { assembly, sources, send, batches, bodies, left } = await startMapping({ run: () => null });
    sources.load(assembly);
    await send(['a', 'b']);
    await expect.poll(bodies).toEqual(['a', 'b']);
    await expect.poll(() => left()).toBe(0);
    expect(batches[0]?.[0]).toEqual({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: 'a',
      attributes: expect.objectContaining({
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
      }),
      messageAttributes: {},
      md5OfBody: '0cc175b9c0f1b6a831c399e269772661',
      eventSource: 'aws:sqs',
      eventSourceARN: expect.stringMatching(/^arn:aws:sqs:us-east-1:000000000000:q-/),
      awsRegion: 'us-east-1',
    });
    await sources.stop();
  });

  test('takes up to a batch at once', async () => {
    const { assembly, sources, send, batches } = await startMapping({ mapping: { BatchSize: 4 }, run: () => null });
    await send(['1', '2', '3', '4', '5', '6']);
    sources.load(assembly);
    await expect.poll(() => batches.map((batch) => batch.length)).toEqual([4, 2]);
    await sources.stop();
  });

  test('shows failed messages of a batch again after their visibility timeout, and no others', async () => {
    const { assembly, sources, send, batches, left } = await startMapping({
      run: (batch) => ({
        batchItemFailures: batch
          .filter(({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1')
          .map(({ messageId }) => ({ itemIdentifier: messageId })),
      }),
    });
    await send(['good', 'bad', 'fine']);
    sources.load(assembly);
    await expect
      .poll(() => batches.map((batch) => batch.map(({ body }) => body)), { timeout: 5000 })
      .toEqual([['good', 'bad', 'fine'], ['bad']]);
    expect(batches[1]?.[0]?.attributes.ApproximateReceiveCount).toBe('2');
    await expect.poll(() => left()).toBe(0);
    await sources.stop();
  });

  test.each<[string, Setting['run']]>([
    ['the function fails', () => Promise.reject(new Error('no'))],
    ['it names a message that was not there', () => ({ batchItemFailures: [{ itemIdentifier: 'someone' }] })],
    ['its report is malformed', () => ({ batchItemFailures: [{}] })],
  ])(
    'lets a whole batch come again where %s, and die after its receives',
    async (_, run) => {
      const { assembly, sources, send, batches, dead } = await startMapping({ run });
      await send(['x']);
      sources.load(assembly);
      await expect.poll(dead, { timeout: 8000, interval: 200 }).toEqual(['x']);
      expect(batches).toHaveLength(3);
      await sources.stop();
    },
    12_000,
  );

  test('deletes a batch that returns without a report where none was asked for', async () => {
    const { assembly, sources, send, batches, left } = await startMapping({
      mapping: { FunctionResponseTypes: [] },
      run: () => ({ batchItemFailures: [{ itemIdentifier: 'someone' }] }),
    });
    await send(['x']);
    sources.load(assembly);
    await expect.poll(() => batches.length).toBe(1);
    await expect.poll(() => left()).toBe(0);
    await sources.stop();
  });

  test('calls no more at a time than the mapping allows', async () => {
    let running = 0;
    let most = 0;
    const { assembly, sources, send, batches } = await startMapping({
      mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
      queue: { VisibilityTimeout: 30 },
      async run() {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 100));
        running--;
      },
    });
    await send(['1', '2', '3', '4', '5', '6']);
    sources.load(assembly);
    await expect.poll(() => batches.length, { timeout: 5000 }).toBe(6);
    expect(most).toBe(2);
    await sources.stop();
  });

  test('keeps the order within a group of a FIFO queue, also over a failure', async () => {
    const { assembly, sources, send, bodies } = await startMapping({
      fifo: true,
      mapping: { BatchSize: 1 },
      run([record]) {
        if (record?.body === 'a1' && record.attributes.ApproximateReceiveCount === '1') throw new Error('no');
      },
    });
    await send(['a1', 'a2', 'a3'], 'a');
    await send(['b1', 'b2'], 'b');
    sources.load(assembly);
    await expect.poll(() => bodies().length, { timeout: 6000 }).toBe(6);
    expect(bodies().filter((body) => body.startsWith('a'))).toEqual(['a1', 'a1', 'a2', 'a3']);
    expect(bodies().filter((body) => body.startsWith('b'))).toEqual(['b1', 'b2']);
    await sources.stop();
  });

  test('stops without swallowing a message', async () => {
    const { assembly, sources, send, queueUrl, batches } = await startMapping({
      queue: { VisibilityTimeout: 600 },
      run: () => null,
    });
    sources.load(assembly);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopped = sources.stop();
    await send(['late']);
    await stopped;
    expect(batches).toHaveLength(0);
    expect(await call('ReceiveMessage', { QueueUrl: queueUrl })).toMatchObject({ Messages: [{ Body: 'late' }] });
  });

  test('hands a message over at once, not at its next poll', async () => {
    const delays: number[] = [];
    const { assembly, sources, send, batches } = await startMapping({
      run: ([record]) => void delays.push(Date.now() - Number(record?.body)),
    });
    sources.load(assembly);
    for (let count = 1; count <= 20; count++) {
      await send([String(Date.now())]);
      await expect.poll(() => batches.length, { interval: 5 }).toBe(count);
    }
    expect(delays.sort((a, b) => a - b)[10]).toBeLessThan(500);
    await sources.stop();
  });
});
