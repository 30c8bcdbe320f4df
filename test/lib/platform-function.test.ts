import { expect, test } from 'vitest';
import { functionOf, resourcesOf, templateOf } from './sample-stack.ts';

test('PlatformFunction runs on nodejs24.x and arm64, and logs JSON without the platform’s own chatter', () => {
  for (const [, { Properties }] of resourcesOf('prod', 'AWS::Lambda::Function')) {
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG', SystemLogLevel: 'WARN' },
    });
  }
});

test('PlatformFunction has threads enough for a batch of names whose name servers are silent, and for the next', () => {
  for (const [, { Properties }] of resourcesOf('prod', 'AWS::Lambda::Function')) {
    const { Variables } = Properties.Environment as { Variables: Record<string, string> };
    // Half of them look up names; ten deliveries are sent side by side.
    expect(Number(Variables.UV_THREADPOOL_SIZE) / 2).toBeGreaterThanOrEqual(30);
  }
});

test.each([
  ['local', 1],
  ['dev', 7],
  ['prod', 90],
] as const)('PlatformFunction of the stage %s keeps its log for %d days', (stage, days) => {
  for (const [, { Properties }] of resourcesOf(stage, 'AWS::Logs::LogGroup'))
    expect(Properties.RetentionInDays).toBe(days);
});

test('PlatformFunction names function and log group after the stack and its folder', () => {
  const [, { Properties }] = functionOf('prod', 'submit-job');
  const { LogGroup } = Properties.LoggingConfig as { LogGroup: { Ref: string } };
  const [, log] = resourcesOf('prod', 'AWS::Logs::LogGroup').find(([id]) => id === LogGroup.Ref) ?? [];
  expect(log?.Properties.LogGroupName).toBe('/aws/lambda/jobwire-prod-submit-job');
});

test('PlatformFunction has a role of its own, which no managed policy widens', () => {
  const roles = resourcesOf('prod', 'AWS::Lambda::Function').map(([, { Properties }]) =>
    JSON.stringify(Properties.Role),
  );
  expect(new Set(roles).size).toBe(roles.length);
  for (const [id, { Properties }] of resourcesOf('prod', 'AWS::IAM::Role')) {
    // API Gateway's own, which lets the account's APIs write logs, is AWS's.
    if (!id.startsWith('RestApiCloudWatchRole')) expect(Properties.ManagedPolicyArns).toBeUndefined();
  }
});

test('JobWorker gets memory and time from its type: batch x timeoutSeconds + 5 s', () => {
  expect(functionOf('prod', 'run-resize-image')[1].Properties).toMatchObject({ MemorySize: 512, Timeout: 605 });
  expect(functionOf('prod', 'run-ledger')[1].Properties).toMatchObject({ MemorySize: 256, Timeout: 65 });
});

test.each(['stream-job', 'stream-graphql'])(
  '%s may outlast a stream, and has environments set aside in prod alone',
  (name) => {
    expect(functionOf('prod', name)[1].Properties).toMatchObject({
      Timeout: 75,
      ReservedConcurrentExecutions: 200,
    });
    for (const stage of ['local', 'dev'] as const) {
      expect(functionOf(stage, name)[1].Properties.ReservedConcurrentExecutions).toBeUndefined();
    }
    const set = resourcesOf('prod', 'AWS::Lambda::Function').filter(
      ([, r]) => r.Properties.ReservedConcurrentExecutions,
    );
    expect(set).toHaveLength(2);
  },
);

test('what is tended by the minute is called by one rule', () => {
  templateOf('prod').hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
    Targets: ['tend-connections', 'release-deliveries', 'end-overdue-jobs'].map((name) => ({
      Arn: { 'Fn::GetAtt': [functionOf('prod', name)[0], 'Arn'] },
    })),
  });
});
