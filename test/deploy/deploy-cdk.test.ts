import { expect, test } from 'vitest';
import { readOutputs, whyItFailed } from '../../ops/deploy-cdk.ts';
import { plainInvocation } from '../../ops/deploy-streams.ts';

test('readOutputs() finds the stack among others', () => {
  const stack = { RestUrl: 'http://a/v1', LiveUrl: 'ws://a/live', TableName: 'jobs', Other: 'x' };
  expect(readOutputs(JSON.stringify({ CDKToolkit: { BucketName: 'b' }, 'jobwire-emulator': stack }))).toEqual({
    stackName: 'jobwire-emulator',
    rest: 'http://a/v1',
    live: 'ws://a/live',
    tableName: 'jobs',
  });
});

test.each([
  ['{}', 'of no stack none puts out'],
  ['{ "one": { "RestUrl": "http://a/v1" }, "two": {} }', 'of one, two none puts out RestUrl, LiveUrl and TableName'],
])('readOutputs() refuses %s', (text, message) => {
  expect(() => readOutputs(text)).toThrow(message);
});

test('whyItFailed() leaves out what only tells that things go on', () => {
  const said = [
    'jobwire-emulator: start: Publishing Function',
    'jobwire-emulator: success: Published Function',
    'jobwire-emulator | 1 | 3:00:00 PM | CREATE_IN_PROGRESS      | AWS::IAM::Role | Role',
    'jobwire-emulator | 2 | 3:00:00 PM | CREATE_COMPLETE         | AWS::IAM::Role | Role',
    'jobwire-emulator | 2 | 3:00:01 PM | CREATE_FAILED           | AWS::X::Y | Y is not supported',
    '❌  jobwire-emulator failed to deploy',
  ];
  expect(whyItFailed(said.join('\n'))).toBe(said.slice(-2).join('\n'));
  expect(whyItFailed(Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')).split('\n')).toHaveLength(15);
});

test('plainInvocation() makes the address of a streamed invocation one of a plain invocation', () => {
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:jobwire-emulator-stream-job';
  const prefix = 'arn:aws:apigateway:us-east-1:lambda:path';
  expect(plainInvocation(`${prefix}/2021-11-15/functions/${arn}/response-streaming-invocations`)).toBe(
    `${prefix}/2015-03-31/functions/${arn}/invocations`,
  );
});
