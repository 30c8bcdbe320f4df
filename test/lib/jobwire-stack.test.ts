import { expect, test } from 'vitest';
import { environmentNames } from '../../lambdas/env.ts';
import { functionNames } from '../../lib/functions.ts';
import {
  countsOf,
  functionOf,
  type Resource,
  resourcesOf,
  type StageName,
  sampleTypes,
  synthesizeSample,
  templateOf,
} from './sample-stack.ts';

const functions = functionNames.length + Object.keys(sampleTypes).length;
const stages: StageName[] = ['local', 'dev', 'prod'];

test.each(stages)('JobwireStack of the stage %s has these resources and no others', (stage) => {
  // The CDK's own function, which empties the bucket of payloads before it goes.
  const emptiers = stage === 'dev' ? 1 : 0;
  expect(countsOf(templateOf(stage))).toEqual({
    'AWS::ApiGateway::Account': 1,
    'AWS::ApiGateway::Authorizer': 2,
    'AWS::ApiGateway::Deployment': 1,
    'AWS::ApiGateway::GatewayResponse': 21,
    'AWS::ApiGateway::Method': expect.any(Number),
    'AWS::ApiGateway::Resource': expect.any(Number),
    'AWS::ApiGateway::RestApi': 1,
    'AWS::ApiGateway::Stage': 1,
    'AWS::ApiGatewayV2::Api': 1,
    'AWS::ApiGatewayV2::Authorizer': 1,
    'AWS::ApiGatewayV2::Integration': 1,
    'AWS::ApiGatewayV2::Route': 3,
    'AWS::ApiGatewayV2::Stage': 1,
    // The alarms and the console, in stacks of their own within.
    ...(stage !== 'local' && { 'AWS::CloudFormation::Stack': 2 }),
    ...(stage !== 'local' && { 'AWS::CloudWatch::Dashboard': 1 }),
    'AWS::DynamoDB::Table': 1,
    'AWS::Events::Rule': 1,
    // And API Gateway's, for its logs.
    'AWS::IAM::Role': functions + 1 + emptiers,
    'AWS::Lambda::EventSourceMapping': 6,
    'AWS::Lambda::Function': functions + emptiers,
    'AWS::Lambda::Permission': expect.any(Number),
    'AWS::Logs::LogGroup': functions + 2,
    'AWS::S3::Bucket': 1,
    'AWS::S3::BucketPolicy': 1,
    'AWS::SecretsManager::Secret': 3,
    'AWS::SQS::Queue': 6,
    'AWS::SQS::QueuePolicy': 1,
    ...(emptiers > 0 && { 'Custom::S3AutoDeleteObjects': emptiers }),
  });
});

test('JobwireStack says where to go, and what there is to watch it by, in six outputs', () => {
  const { Outputs } = templateOf('prod').toJSON() as { Outputs: object };
  expect(Object.keys(Outputs)).toEqual(['ConsoleUrl', 'AlarmTopic', 'DashboardUrl', 'RestUrl', 'LiveUrl', 'TableName']);
});

test('jobwireApp() puts out what context changes of the stage, so that a diff shows a setting that goes', () => {
  const { template } = synthesizeSample('prod', { context: { firewall: 'on', customerKey: 'on' } });
  expect(template.toJSON().Outputs.Settings).toMatchObject({ Value: 'customerKey=on firewall=on' });
});

test.each(['authorize', 'submit-job', 'run-ledger', 'bury-job'])('%s is told every name of lambdas/env.ts', (name) => {
  const { Variables } = functionOf('prod', name)[1].Properties.Environment as { Variables: object };
  expect(Object.keys(Variables).toSorted()).toEqual([...environmentNames, 'UV_THREADPOOL_SIZE'].toSorted());
});

test.each([
  ['local', '1'],
  ['dev', '0'],
  ['prod', '0'],
] as const)('JobwireStack of the stage %s sets ALLOW_LOOPBACK to %s in every function', (stage, flag) => {
  const own = resourcesOf(stage, 'AWS::Lambda::Function').filter(([id]) => !/^Custom/.test(id));
  expect(own).toHaveLength(functions);
  for (const [, { Properties }] of own) {
    expect(Properties.Environment).toMatchObject({ Variables: { ALLOW_LOOPBACK: flag, ENVIRONMENT: stage } });
  }
});

test('JobwireStack names no account and no region, so that it deploys anywhere', () => {
  expect(JSON.stringify(templateOf('prod').toJSON())).not.toMatch(/us-east-1|eu-[a-z]+-\d|\b\d{12}\b/);
});

const named = ['AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::SecretsManager::Secret'];

test.each(named)(
  'JobwireStack keeps %s in prod when it leaves the stack, and takes back a failed first deployment',
  (type) => {
    for (const [, resource] of resourcesOf('prod', type)) {
      expect(resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    }
  },
);

test('JobwireStack keeps its table in prod, even of a failed first deployment: nothing deletes what is protected', () => {
  const protectedOnes = Object.values(templateOf('prod').toJSON().Resources as Record<string, Resource>).filter(
    ({ Properties }) => Properties?.DeletionProtectionEnabled === true,
  );
  expect(protectedOnes.map(({ Type, DeletionPolicy }) => [Type, DeletionPolicy])).toEqual([
    ['AWS::DynamoDB::Table', 'Retain'],
  ]);
});

test.each(['AWS::DynamoDB::Table', ...named])('JobwireStack deletes %s in dev with the stack', (type) => {
  for (const [, resource] of resourcesOf('dev', type)) expect(resource).toMatchObject({ DeletionPolicy: 'Delete' });
});
