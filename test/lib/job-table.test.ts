import { expect, test } from 'vitest';
import { resourcesOf, templateOf } from './sample-stack.ts';

const table = (stage: 'local' | 'dev' | 'prod') => resourcesOf(stage, 'AWS::DynamoDB::Table')[0]?.[1].Properties ?? {};

test('JobTable is billed by use and lets items expire', () => {
  expect(table('prod')).toMatchObject({
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  });
});

test.each([
  ['jobs-by-tenant', 'lp', 'ls'],
  ['dead-letters', 'dp', 'ds'],
  ['due', 'up', 'us'],
  ['deliveries', 'vp', 'vs'],
])('JobTable has the index %s of keys alone', (name, partition, sort) => {
  const indexes = table('prod').GlobalSecondaryIndexes as { IndexName: string }[];
  expect(indexes).toHaveLength(4);
  expect(indexes.find(({ IndexName }) => IndexName === name)).toEqual({
    IndexName: name,
    KeySchema: [
      { AttributeName: partition, KeyType: 'HASH' },
      { AttributeName: sort, KeyType: 'RANGE' },
    ],
    Projection: { ProjectionType: 'KEYS_ONLY' },
  });
});

test.each([
  ['local', false],
  ['dev', false],
  ['prod', true],
] as const)('JobTable of the stage %s: point-in-time recovery and deletion protection %s', (stage, on) => {
  templateOf(stage).hasResourceProperties('AWS::DynamoDB::Table', {
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: on },
    DeletionProtectionEnabled: on,
  });
});
