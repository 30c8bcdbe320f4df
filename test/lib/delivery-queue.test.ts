import { expect, test } from 'vitest';
import { deliveryQueue } from '../../lambdas/aws/delivery-queue.ts';
import { functionOf, resourcesOf } from './sample-stack.ts';

const queueOf = (name: string) => {
  const found = resourcesOf('prod', 'AWS::SQS::Queue').find(([, { Properties }]) => Properties.QueueName === name);
  if (!found) throw new Error(`Cannot find the queue ${name}: the template must have it`);
  return found;
};
const [queueId, queue] = queueOf(`jobwire-prod-${deliveryQueue}`);
const [deadId] = queueOf(`jobwire-prod-${deliveryQueue}-dead`);
const sourceOf = (id: string) =>
  resourcesOf('prod', 'AWS::Lambda::EventSourceMapping').find(([, { Properties }]) =>
    JSON.stringify(Properties.EventSourceArn).includes(`"${id}"`),
  )?.[1].Properties;

test('DeliveryQueue hides a message for longer than the function that sends it may take', () => {
  const { Timeout } = functionOf('prod', 'deliver-webhook')[1].Properties;
  expect(Number(Timeout)).toBeGreaterThanOrEqual(15 + 20);
  expect(queue.Properties.VisibilityTimeout).toBe(Number(Timeout) + 30);
});

test('DeliveryQueue gives what cannot be processed to bury-delivery', () => {
  expect(queue.Properties.RedrivePolicy).toEqual({
    deadLetterTargetArn: { 'Fn::GetAtt': [deadId, 'Arn'] },
    maxReceiveCount: 15,
  });
  expect(sourceOf(deadId)?.FunctionName).toEqual({ Ref: functionOf('prod', 'bury-delivery')[0] });
});

test('DeliveryQueue feeds deliver-webhook ten at a time, with a bound on its calls', () => {
  expect(sourceOf(queueId)).toMatchObject({
    FunctionName: { Ref: functionOf('prod', 'deliver-webhook')[0] },
    BatchSize: 10,
    ScalingConfig: { MaximumConcurrency: 100 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
});
