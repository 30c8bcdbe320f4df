import { expect, test } from 'vitest';
import { queueName } from '../../lib/job-queue.ts';
import { functionOf, resourcesOf, templateOf } from './sample-stack.ts';

const days = (count: number) => count * 24 * 60 * 60;

function queueOf(name: string) {
  const found = resourcesOf('prod', 'AWS::SQS::Queue').find(([, { Properties }]) => Properties.QueueName === name);
  if (found) return found;
  throw new Error(`Cannot find the queue ${name}: the template must have it`);
}

test.each([
  [{ name: 'a', ordered: false }, false, 'jobwire-dev-a'],
  [{ name: 'a', ordered: false }, true, 'jobwire-dev-a-dead'],
  [{ name: 'a', ordered: true }, false, 'jobwire-dev-a.fifo'],
  [{ name: 'a', ordered: true }, true, 'jobwire-dev-a-dead.fifo'],
])('queueName() of %o, dead %s is %s', (type, dead, expected) => {
  expect(queueName('jobwire-dev', type, dead)).toBe(expected);
});

test.each([
  ['jobwire-prod-resize-image', 605 + 30, 3 + 20],
  ['jobwire-prod-ledger.fifo', 65 + 30, 3 + 20],
])('JobQueue %s hides a message for %d s, and gives it up after %d receives', (name, visibility, receives) => {
  expect(queueOf(name)[1].Properties).toMatchObject({
    VisibilityTimeout: visibility,
    MessageRetentionPeriod: days(7),
    RedrivePolicy: { maxReceiveCount: receives, deadLetterTargetArn: expect.anything() },
  });
});

test.each(['jobwire-prod-resize-image-dead', 'jobwire-prod-ledger-dead.fifo'])(
  'JobQueue keeps %s for 14 days',
  (name) => {
    expect(queueOf(name)[1].Properties).toMatchObject({ MessageRetentionPeriod: days(14) });
  },
);

test('JobQueue is a FIFO queue with a FIFO dead-letter queue for ordered types alone', () => {
  const fifo = resourcesOf('prod', 'AWS::SQS::Queue').filter(([, { Properties }]) => Properties.FifoQueue === true);
  expect(fifo.map(([, { Properties }]) => Properties.QueueName).toSorted()).toEqual([
    'jobwire-prod-ledger-dead.fifo',
    'jobwire-prod-ledger.fifo',
  ]);
});

test('JobQueue is encrypted', () => {
  for (const [, { Properties }] of resourcesOf('prod', 'AWS::SQS::Queue')) {
    expect(Properties.SqsManagedSseEnabled).toBe(true);
  }
});

test('refusePlainHttp() has every queue take nothing that does not come over TLS, by one policy of a fixed length', () => {
  const [[, policy] = [], ...others] = resourcesOf('prod', 'AWS::SQS::QueuePolicy');
  const { Queues = [], PolicyDocument } = (policy?.Properties ?? {}) as {
    Queues?: { Ref: string }[];
    PolicyDocument?: object;
  };
  expect(others).toEqual([]);
  expect(Queues.map(({ Ref }) => Ref).toSorted()).toEqual(
    resourcesOf('prod', 'AWS::SQS::Queue')
      .map(([id]) => id)
      .toSorted(),
  );
  expect(PolicyDocument).toMatchObject({
    Statement: [
      {
        Effect: 'Deny',
        Action: 'sqs:*',
        Principal: { AWS: '*' },
        Resource: '*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
});

test.each([
  ['run-resize-image', 'jobwire-prod-resize-image', 10, 20],
  ['run-ledger', 'jobwire-prod-ledger.fifo', 1, 5],
  ['bury-job', 'jobwire-prod-resize-image-dead', 10, 2],
  ['bury-job', 'jobwire-prod-ledger-dead.fifo', 10, 2],
])('%s takes messages of %s, %d at a time, in at most %d calls, and says which failed', (name, queue, batch, calls) => {
  templateOf('prod').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    FunctionName: { Ref: functionOf('prod', name)[0] },
    EventSourceArn: { 'Fn::GetAtt': [queueOf(queue)[0], 'Arn'] },
    BatchSize: batch,
    ScalingConfig: { MaximumConcurrency: calls },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
});

test('every queue has a consumer whose time is within its visibility timeout', () => {
  const mappings = resourcesOf('prod', 'AWS::Lambda::EventSourceMapping');
  expect(mappings).toHaveLength(resourcesOf('prod', 'AWS::SQS::Queue').length);
  for (const [, { Properties }] of mappings) {
    const { Ref } = Properties.FunctionName as { Ref: string };
    const source = Properties.EventSourceArn as { 'Fn::GetAtt': [string, string] };
    const [, consumer] = resourcesOf('prod', 'AWS::Lambda::Function').find(([id]) => id === Ref) ?? [];
    const [, queue] = resourcesOf('prod', 'AWS::SQS::Queue').find(([id]) => id === source['Fn::GetAtt'][0]) ?? [];
    expect(queue?.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(Number(consumer?.Properties.Timeout) + 30);
  }
});
