import { type AttributeValue, DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { headKey } from '../lambdas/aws/keys.ts';
import type { LocalTable } from '../test/contract/local-keys.ts';

type Item = Record<string, AttributeValue>;

const clientOf = ({ dynamodbUrl }: LocalTable) =>
  new DynamoDBClient({
    endpoint: dynamodbUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/** How many items there are whose partition's name begins so. */
export async function rowsBelow(table: LocalTable, prefix: string): Promise<number> {
  const client = clientOf(table);
  let [count, from]: [number, Item | undefined] = [0, undefined];
  do {
    const page: { Count?: number; LastEvaluatedKey?: Item } = await client.send(
      new ScanCommand({
        TableName: table.tableName,
        Select: 'COUNT',
        ConsistentRead: true,
        FilterExpression: 'begins_with(pk, :prefix)',
        ExpressionAttributeValues: marshall({ ':prefix': prefix }),
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    count += page.Count ?? 0;
    from = page.LastEvaluatedKey;
  } while (from);
  client.destroy();
  return count;
}

/** A job's HEAD as the table holds it. */
export async function headOf(table: LocalTable, job: string): Promise<Item> {
  const client = clientOf(table);
  const Key = marshall(headKey(job));
  const { Item } = await client.send(new GetItemCommand({ TableName: table.tableName, Key, ConsistentRead: true }));
  client.destroy();
  if (!Item) throw new Error(`Cannot read HEAD of job ${job}: it is not in the table, the job must be there`);
  return Item;
}

/** Bytes of an item, or of some of its attributes ("Item sizes and formats" in DynamoDB's developer guide). */
export function bytesOf(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

function valueBytes({ S, N, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  // Two digits to a byte, and one more.
  if (N !== undefined) return Math.ceil(N.replace(/[-.]/g, '').length / 2) + 1;
  if (L) return 3 + L.reduce((sum, value) => sum + 1 + valueBytes(value), 0);
  if (M) return 3 + Object.keys(M).length + bytesOf(M);
  return 1;
}
