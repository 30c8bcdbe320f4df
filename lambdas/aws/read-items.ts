import { setTimeout as pause } from 'node:timers/promises';
import { type AttributeValue, BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import type { ItemKey } from './keys.ts';
import { UnavailableError } from './unavailable-error.ts';

type Item = Record<string, AttributeValue>;

const maxAttempts = 8;

/** The items that are there, of at most 100 keys ("BatchGetItem", Amazon DynamoDB API Reference), in no order. */
export async function readItems(keys: ItemKey[], { isConsistent = false } = {}): Promise<Item[]> {
  const table = env('TABLE_NAME');
  const found: Item[] = [];
  let left: Item[] = keys.map((key) => marshall(key));
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt > 0) await pause(50 * 2 ** attempt * Math.random());
    if (attempt === maxAttempts) throw new UnavailableError(`Cannot read ${left.length} items: the table is throttled`);
    const request = { [table]: { Keys: left, ConsistentRead: isConsistent } };
    const { Responses, UnprocessedKeys } = await dynamo().send(new BatchGetItemCommand({ RequestItems: request }));
    found.push(...(Responses?.[table] ?? []));
    left = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return found;
}
