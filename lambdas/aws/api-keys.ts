import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Scope } from '../../protocol/types.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { apiKeyKey, type ItemKey, keyListKey, keyListRange, usedTokenKey } from './keys.ts';
import { unlessRefused } from './unless-refused.ts';

/** What is kept of an API key; its text is not. */
export interface ApiKey {
  id: string;
  /** SHA-256 of the key's text, in hex. */
  hash: string;
  tenant: string;
  scopes: Scope[];
  createdAtMs: number;
  description?: string;
  jobsPerWindow?: number;
  revokedAtMs?: number;
}

/** The key whose text has `hash`, as it is now: a revocation made before is seen. */
export function findApiKey(hash: string): Promise<ApiKey | undefined> {
  return findKey(apiKeyKey(hash));
}

/** The key by its id, as it is now. */
export function findApiKeyById(tenant: string, id: string): Promise<ApiKey | undefined> {
  return findKey(keyListKey(tenant, id));
}

async function findKey(key: ItemKey): Promise<ApiKey | undefined> {
  const command = new GetItemCommand({ TableName: env('TABLE_NAME'), Key: marshall(key), ConsistentRead: true });
  const { Item } = await dynamo().send(command);
  return Item && toApiKey(Item);
}

function toApiKey(item: Record<string, AttributeValue>): ApiKey {
  const { pk: _pk, sk: _sk, ...key } = unmarshall(item);
  return key as ApiKey;
}

/** Keeps a new key, in the list first: a key that works is always one that an operator finds. */
export async function saveApiKey(key: ApiKey): Promise<void> {
  for (const place of [keyListKey(key.tenant, key.id), apiKeyKey(key.hash)]) {
    const Item = marshall({ ...place, ...key }, { removeUndefinedValues: true });
    await dynamo().send(new PutItemCommand({ TableName: env('TABLE_NAME'), Item }));
  }
}

/** Every key, or every key of `tenant`, by tenant. */
export async function listApiKeys(tenant?: string): Promise<ApiKey[]> {
  const { pk, prefix } = keyListRange(tenant);
  const keys: ApiKey[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo().send(
      new QueryCommand({
        TableName: env('TABLE_NAME'),
        KeyConditionExpression: prefix === undefined ? 'pk = :pk' : 'pk = :pk and begins_with(sk, :prefix)',
        ExpressionAttributeValues: marshall({ ':pk': pk, ':prefix': prefix }, { removeUndefinedValues: true }),
        ExclusiveStartKey: from,
        ConsistentRead: true,
      }),
    );
    keys.push(...(page.Items ?? []).map(toApiKey));
    from = page.LastEvaluatedKey;
  } while (from);
  return keys;
}

/** Ends a key, and with it the access tokens that come from it. A repeat changes nothing. */
export async function revokeApiKey(key: ApiKey, revokedAtMs: number): Promise<void> {
  for (const place of [apiKeyKey(key.hash), keyListKey(key.tenant, key.id)]) {
    await dynamo().send(
      new UpdateItemCommand({
        TableName: env('TABLE_NAME'),
        Key: marshall(place),
        UpdateExpression: 'SET revokedAtMs = if_not_exists(revokedAtMs, :now)',
        ExpressionAttributeValues: marshall({ ':now': revokedAtMs }),
      }),
    );
  }
}

/** Uses up a single-use token: true for the first caller alone. */
export async function spendToken(tokenId: string, expiresAtSeconds: number): Promise<boolean> {
  const put = new PutItemCommand({
    TableName: env('TABLE_NAME'),
    Item: marshall({ ...usedTokenKey(tokenId), ttl: expiresAtSeconds }),
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  return (await unlessRefused(dynamo().send(put))) !== undefined;
}
