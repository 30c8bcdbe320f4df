import { expect, test } from 'vitest';
import { grantedStatements } from './granted-statements.ts';
import { resourcesOf, synthesizeSample, templateOf } from './sample-stack.ts';

const { template } = synthesizeSample('prod', { context: { customerKey: 'on' } });
const propertiesOf = (type: string) => resourcesOf(template, type).map(([, { Properties }]) => Properties);
const [[keyId, key] = missing('key')] = resourcesOf(template, 'AWS::KMS::Key');
const arn = { 'Fn::GetAtt': [keyId, 'Arn'] };

function missing(what: string): never {
  throw new Error(`Cannot find the ${what}: the template must have it`);
}

test('a stack has a key of its own where the context asks for it, and none else', () => {
  expect(resourcesOf(template, 'AWS::KMS::Key')).toHaveLength(1);
  expect(resourcesOf('prod', 'AWS::KMS::Key')).toEqual([]);
  expect(JSON.stringify(templateOf('prod').toJSON())).not.toContain('kms:');
});

test('the key rotates, and stays where the data stay', () => {
  expect(key).toMatchObject({ Properties: { EnableKeyRotation: true }, DeletionPolicy: 'RetainExceptOnCreate' });
});

test.each<[string, object]>([
  ['AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: arn } }],
  ['AWS::SQS::Queue', { KmsMasterKeyId: arn, KmsDataKeyReusePeriodSeconds: 3600 }],
  ['AWS::SecretsManager::Secret', { KmsKeyId: arn }],
  ['AWS::Logs::LogGroup', { KmsKeyId: arn }],
  [
    'AWS::S3::Bucket',
    {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arn },
          },
        ],
      },
    },
  ],
])('each %s is encrypted with the key', (type, expected) => {
  expect(propertiesOf(type).length).toBeGreaterThan(0);
  for (const properties of propertiesOf(type)) expect(properties).toMatchObject(expected);
});

test('CloudWatch Logs may use the key for log groups of this stack alone', () => {
  const { Statement: statements } = key.Properties.KeyPolicy as { Statement: Record<string, unknown>[] };
  const logs = statements.filter(({ Principal }) => JSON.stringify(Principal).includes('logs.'));
  expect(logs).toHaveLength(1);
  const groups = JSON.stringify(logs[0]?.Condition);
  expect(groups).toContain('kms:EncryptionContext:aws:logs:arn');
  expect(groups.match(/:log-group:[^"]+/g)).toEqual([
    ':log-group:/aws/lambda/jobwire-prod-*',
    ':log-group:jobwire-prod-*',
  ]);
});

const all = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'];

test.each([
  ['describe-service', []],
  ['issue-token', ['Decrypt']],
  ['create-upload', ['Decrypt', 'GenerateDataKey']],
  ['stream-job', ['Decrypt', 'DescribeKey']],
  ['submit-job', all],
  ['bury-delivery', all],
  ['run-ledger', all],
])('%s may do with the key what its calls need: %j', (name, actions) => {
  const statements = grantedStatements(template, name).filter(({ Action }) => JSON.stringify(Action).includes('kms:'));
  const granted = new Set(statements.flatMap(({ Action }) => Action).map((action) => action.replace('kms:', '')));
  expect([...granted].toSorted()).toEqual(actions);
  for (const { Resource } of statements) expect(Resource).toEqual(arn);
});
