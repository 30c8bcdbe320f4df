import { randomBytes } from 'node:crypto';
import { type AttributeValue, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { breakerId } from '../core/delivery-id.ts';
import type { DeliveryRecord } from '../core/delivery-record.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { deliveryBodyKey, deliveryKey, deliveryListKeys, dueKeys, type ItemKey, waitingKeys } from './keys.ts';
import { unlessRefused } from './unless-refused.ts';

type Item = Record<string, AttributeValue>;

/** Deliveries in the due index, but for those that wait behind a breaker. */
export const deliveryDueKind = 'delivery';
/** A larger body stands in an item of its own, so that a change does not write it again. */
const maxInlineBodyBytes = 512;
const markAttribute = 'mark';

/** A body that is not in its record. */
type StoredRecord = Omit<DeliveryRecord, 'expiresAtSeconds'> & { ttl: number };

/**
 * Keeps a new delivery, its body first, so that no record is ever without one. Undefined where there is one of its id
 * already: an event announced twice is one delivery.
 */
export async function createDelivery(record: DeliveryRecord): Promise<DeliveryRecord | undefined> {
  const { body = '', ...rest } = record;
  if (Buffer.byteLength(body) <= maxInlineBodyBytes) return await put(record);
  const Item = marshall({ ...deliveryBodyKey(record.id), body, ttl: record.expiresAtSeconds });
  await dynamo().send(new PutItemCommand({ TableName: env('TABLE_NAME'), Item }));
  const kept = await put(rest);
  return kept && { ...kept, body };
}

/** Keeps a changed delivery; undefined where another writer has changed it since it was read. */
export async function saveDelivery(record: DeliveryRecord): Promise<DeliveryRecord | undefined> {
  const { body = '', ...rest } = record;
  const kept = await put(Buffer.byteLength(body) <= maxInlineBodyBytes ? record : rest);
  return kept && { ...kept, ...(body !== '' && { body }) };
}

/** Keeps a body that stands in an item of its own for as long as its record will be kept; false where it is gone. */
export async function keepBody({ id, body, expiresAtSeconds }: DeliveryRecord): Promise<boolean> {
  if (body !== undefined) return true;
  const command = new UpdateItemCommand({
    TableName: env('TABLE_NAME'),
    Key: marshall(deliveryBodyKey(id)),
    UpdateExpression: 'SET #ttl = :ttl',
    ConditionExpression: 'attribute_exists(body)',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: marshall({ ':ttl': expiresAtSeconds }),
  });
  return (await unlessRefused(dynamo().send(command))) !== undefined;
}

/** The delivery as it is now. One that has expired counts as absent. */
export async function findDelivery(id: string): Promise<DeliveryRecord | undefined> {
  const Item = await findItem(deliveryKey(id));
  return Item && parseDelivery(Item);
}

/** The JSON text that is sent. */
export async function loadBody(record: DeliveryRecord): Promise<string> {
  if (record.body !== undefined) return record.body;
  const body = (await findItem(deliveryBodyKey(record.id)))?.body?.S;
  if (body === undefined) throw new Error(`Cannot send delivery ${record.id}: its body is not in the table`);
  return body;
}

async function findItem(key: ItemKey): Promise<Item | undefined> {
  const get = new GetItemCommand({ TableName: env('TABLE_NAME'), Key: marshall(key), ConsistentRead: true });
  return (await dynamo().send(get)).Item;
}

/** The record of an item; undefined for one that has expired. */
export function parseDelivery(item: Item): DeliveryRecord | undefined {
  const values = unmarshall(item);
  for (const name of ['pk', 'sk', 'up', 'us', 'vp', 'vs', markAttribute]) delete values[name];
  const { ttl, ...record } = values as StoredRecord;
  return ttl * 1000 > Date.now() ? { ...record, expiresAtSeconds: ttl } : undefined;
}

/** Writes the next version of a record. Where that is refused, the item's mark tells whether it was made already (a lost reply). */
async function put(record: DeliveryRecord): Promise<DeliveryRecord | undefined> {
  const next = { ...record, version: record.version + 1 };
  const mark = randomBytes(6).toString('base64url');
  const isNew = record.version === 0;
  const command = new PutItemCommand({
    TableName: env('TABLE_NAME'),
    Item: marshall({ ...itemOf(next), [markAttribute]: mark }, { removeUndefinedValues: true }),
    ConditionExpression: isNew ? 'attribute_not_exists(pk) OR #ttl <= :now' : '#v = :v',
    ExpressionAttributeNames: isNew ? { '#ttl': 'ttl' } : { '#v': 'version' },
    ExpressionAttributeValues: isNew
      ? { ':now': { N: String(Math.floor(Date.now() / 1000)) } }
      : { ':v': { N: String(record.version) } },
  });
  if (await unlessRefused(dynamo().send(command))) return next;
  const found = await findItem(deliveryKey(record.id));
  return found?.[markAttribute]?.S === mark ? next : undefined;
}

/** The item of a record, with its keys in the lists: of its endpoint, and of what is due or waits. */
function itemOf({ expiresAtSeconds, ...record }: DeliveryRecord): Record<string, unknown> {
  const { id, endpoint, url, createdAtMs, status, isWaiting, dueAtMs } = record;
  const isPending = status === 'pending';
  return {
    ...deliveryKey(id),
    ...record,
    ttl: expiresAtSeconds,
    // A webhook given with a job is listed with its job alone.
    ...(url === undefined && deliveryListKeys(endpoint, createdAtMs, id)),
    ...(isPending && isWaiting && waitingKeys(breakerId(record), createdAtMs, id)),
    ...(isPending && !isWaiting && dueAtMs !== undefined && dueKeys(deliveryDueKind, dueAtMs, id)),
  };
}
