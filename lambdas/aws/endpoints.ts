import { type AttributeValue, DeleteItemCommand, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { limits } from '../../protocol/limits.ts';
import type { EndpointRecord } from '../core/endpoint-record.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { endpointKey } from './keys.ts';
import { putVersion } from './put-version.ts';

type Item = Record<string, AttributeValue>;

/**
 * A tenant's endpoints, the oldest first. Without `consistent` it is what each event of a job costs: half a read unit
 * for a tenant that has none or a few, and an endpoint made within the last second may be missed.
 */
export async function listEndpoints(tenant: string, { consistent = false } = {}): Promise<EndpointRecord[]> {
  const endpoints: EndpointRecord[] = [];
  let from: Item | undefined;
  do {
    const page = await dynamo().send(
      new QueryCommand({
        TableName: env('TABLE_NAME'),
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: marshall({ ':pk': endpointKey(tenant, '').pk }),
        ConsistentRead: consistent,
        ExclusiveStartKey: from,
      }),
    );
    endpoints.push(...(page.Items ?? []).map(parseEndpoint));
    from = page.LastEvaluatedKey;
  } while (from);
  return endpoints.sort((one, other) => one.createdAtMs - other.createdAtMs || (one.id < other.id ? -1 : 1));
}

/** The tenant's endpoint as it is now. */
export async function findEndpoint(tenant: string, id: string): Promise<EndpointRecord | undefined> {
  const Key = marshall(endpointKey(tenant, id));
  const get = new GetItemCommand({ TableName: env('TABLE_NAME'), Key, ConsistentRead: true });
  const { Item } = await dynamo().send(get);
  return Item && parseEndpoint(Item);
}

/**
 * Keeps a new endpoint; false where the tenant has as many as it may have. Counted after the put, so that of two that
 * come at the same moment at least one sees the other.
 */
export async function createEndpoint(record: EndpointRecord): Promise<boolean> {
  await saveEndpoint(record, 0);
  const { length } = await listEndpoints(record.tenant, { consistent: true });
  if (length <= limits.maxWebhooksPerTenant) return true;
  await deleteEndpoint(record.tenant, record.id);
  return false;
}

/** Keeps an endpoint, unless its version is another than `former` (0: it is new) by now. */
export async function saveEndpoint(record: EndpointRecord, former: number): Promise<boolean> {
  return await putVersion({ ...endpointKey(record.tenant, record.id), ...record }, former);
}

/** Takes an endpoint away; false where there is none. */
export async function deleteEndpoint(tenant: string, id: string): Promise<boolean> {
  const Key = marshall(endpointKey(tenant, id));
  const command = new DeleteItemCommand({ TableName: env('TABLE_NAME'), Key, ReturnValues: 'ALL_OLD' });
  return (await dynamo().send(command)).Attributes !== undefined;
}

function parseEndpoint(item: Item): EndpointRecord {
  const { pk: _pk, sk: _sk, ...endpoint } = unmarshall(item);
  return endpoint as EndpointRecord;
}
