import { DescribeTableCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DynamoDb, startDynamoDb } from '../../../dev/dynamodb/dynamodb.ts';
import { sampleAssembly } from '../sample-assembly.ts';

const key = (name: string) => [{ AttributeName: name, KeyType: 'HASH' }];
const table = (more: object = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: key('pk'),
    AttributeDefinitions: ['pk', 'lp'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    GlobalSecondaryIndexes: [{ IndexName: 'by-lp', KeySchema: key('lp'), Projection: { ProjectionType: 'KEYS_ONLY' } }],
    ...more,
  },
});

let dynamoDb: DynamoDb;
let client: DynamoDBClient;
beforeAll(async () => {
  dynamoDb = await startDynamoDb((error) => {
    throw error;
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: dynamoDb.url, region: 'us-east-1', credentials });
});
afterAll(() => dynamoDb.stop());

describe('createTables()', () => {
  test('makes the tables of the template with their indexes, and leaves those that are there alone', async () => {
    await dynamoDb.createTables(sampleAssembly({ resources: { Jobs: table() } }));
    await client.send(
      new PutItemCommand({ TableName: 'sample-Jobs', Item: { pk: { S: 'a' }, lp: { S: 'b' }, x: { N: '1' } } }),
    );

    await dynamoDb.createTables(
      sampleAssembly({ resources: { Jobs: table(), More: table({ TableName: 'more-of-it' }) } }),
    );
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'more-of-it' }));
    expect(Table?.TableStatus).toBe('ACTIVE');
    const { Items } = await client.send(
      new QueryCommand({
        TableName: 'sample-Jobs',
        IndexName: 'by-lp',
        KeyConditionExpression: 'lp = :lp',
        ExpressionAttributeValues: { ':lp': { S: 'b' } },
      }),
    );
    expect(Items).toEqual([{ pk: { S: 'a' }, lp: { S: 'b' } }]);
  });

  test('says what is wrong with a table that cannot be', async () => {
    const odd = sampleAssembly({ resources: { Odd: table({ TableName: 'odd', KeySchema: [] }) } });
    await expect(dynamoDb.createTables(odd)).rejects.toThrow('Cannot do CreateTable in the local DynamoDB');
  });
});
