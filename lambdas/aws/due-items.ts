import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { dueKeys, duePartitions, type ItemKey, indexes } from './keys.ts';

/** Something that came due: its key, and the due keys by which it was found. */
export interface DueItem extends ItemKey {
  up: string;
  us: string;
}

/** What of a kind came due within the minute of `minuteMs`, up to `nowMs`. */
export async function findDue(kind: string, minuteMs: number, nowMs: number): Promise<DueItem[]> {
  const before = dueKeys(kind, nowMs + 1, '').us;
  const found = await Promise.all(
    duePartitions(kind, minuteMs).map((partition) => findInPartition(partition, { before })),
  );
  return found.flat();
}

interface Bounds {
  before?: string;
  /** @default all of them */
  limit?: number;
}

/** The entries of one partition of the due index, the earliest first. */
export async function findInPartition(partition: string, { before, limit }: Bounds = {}): Promise<DueItem[]> {
  const items: DueItem[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo().send(
      new QueryCommand({
        TableName: env('TABLE_NAME'),
        IndexName: indexes.due.name,
        KeyConditionExpression: `#up = :up${before === undefined ? '' : ' AND #us < :us'}`,
        ExpressionAttributeNames: {
          '#up': indexes.due.partition,
          ...(before !== undefined && { '#us': indexes.due.sort }),
        },
        ExpressionAttributeValues: {
          ':up': { S: partition },
          ...(before !== undefined && { ':us': { S: before } }),
        },
        ...(limit !== undefined && { Limit: limit - items.length }),
        ExclusiveStartKey: from,
      }),
    );
    items.push(...(page.Items ?? []).map((item) => unmarshall(item) as DueItem));
    from = page.LastEvaluatedKey;
  } while (from && (limit === undefined || items.length < limit));
  return items;
}
