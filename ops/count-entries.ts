import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { dynamo } from '../lambdas/aws/clients.ts';
import { indexes, tenantPartitions, waitingPartition } from '../lambdas/aws/keys.ts';

/** How many jobs of a tenant are dead letters. */
export async function countDeadLetters(tenant: string): Promise<number> {
  const { name, partition } = indexes.deadLetters;
  const counts = await Promise.all(tenantPartitions(tenant).map((shard) => count(name, partition, shard)));
  return counts.reduce((sum, each) => sum + each, 0);
}

/** How many deliveries wait behind a breaker. */
export function countWaiting(breaker: string): Promise<number> {
  return count(indexes.due.name, indexes.due.partition, waitingPartition(breaker));
}

async function count(IndexName: string, attribute: string, partition: string): Promise<number> {
  let found = 0;
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo().send(
      new QueryCommand({
        TableName: process.env.TABLE_NAME,
        IndexName,
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': attribute },
        ExpressionAttributeValues: { ':p': { S: partition } },
        Select: 'COUNT',
        ExclusiveStartKey: from,
      }),
    );
    found += page.Count ?? 0;
    from = page.LastEvaluatedKey;
  } while (from);
  return found;
}
