import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { ApiError } from '../../protocol/errors.ts';
import { groupOf } from '../core/delivery-id.ts';
import type { DeliveryRecord } from '../core/delivery-record.ts';
import type { Found } from '../core/page.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { parseDelivery } from './deliveries.ts';
import { deliveriesOfGroup, deliveryKey, deliveryListKeys, type ItemKey, indexes, tenantPartitions } from './keys.ts';
import { readItems } from './read-items.ts';

/** One page. Filtered, it may be short, or even empty, with a `next`. */
type DeliveryPage = Found<DeliveryRecord>;

interface PageOptions {
  limit: number;
  /** A former `next`. */
  page?: string | undefined;
}

/** The deliveries of one job's events, in the order of the events. */
export async function listJobDeliveries(job: string, { limit, page }: PageOptions): Promise<DeliveryPage> {
  const { pk, prefix } = deliveriesOfGroup(groupOf(job));
  const after = page === undefined ? undefined : parsePage(page, /^R#[0-9a-z]{26}$/);
  const { Items = [], LastEvaluatedKey } = await dynamo().send(
    new QueryCommand({
      TableName: env('TABLE_NAME'),
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: marshall({
        ':pk': pk,
        ':from': after === undefined ? prefix : `${after}~`,
        ':to': `${prefix}~`,
      }),
      ConsistentRead: true,
      Limit: limit + 1,
    }),
  );
  const shown = Items.slice(0, limit);
  const last = shown.at(-1)?.sk?.S;
  // A Query ends after 1 MB, too.
  const goesOn = Items.length > limit || LastEvaluatedKey !== undefined;
  return {
    records: shown.map(parseDelivery).filter((record) => record !== undefined),
    ...(goesOn && last !== undefined && { next: pageToken(last) }),
    nextAfter: ({ id }) => pageToken(deliveryKey(id).sk),
  };
}

const endpointPlace = /^\d{13}#dlv_[0-9a-z]{52}$/;

/** True for a former `next` of `listEndpointDeliveries`. */
export const isEndpointPage = (token: string): boolean => findPlace(token, endpointPlace) !== undefined;

/** The deliveries to one endpoint, the newest first: its shards, merged. */
export async function listEndpointDeliveries(endpoint: string, { limit, page }: PageOptions): Promise<DeliveryPage> {
  const before = page === undefined ? '~' : parsePage(page, endpointPlace);
  const shards = tenantPartitions(endpoint).map((partition) => queryShard(partition, { before, limit }));
  const entries = (await Promise.all(shards)).flat().sort((one, other) => (one.sort < other.sort ? 1 : -1));
  const shown = entries.slice(0, limit);
  const last = shown.at(-1);
  return {
    records: await loadRecords(shown.map(({ key }) => key)),
    ...(last && entries.length > limit && { next: pageToken(last.sort) }),
    nextAfter: ({ createdAtMs, id }) => pageToken(deliveryListKeys(endpoint, createdAtMs, id).vs),
  };
}

interface Entry {
  key: ItemKey;
  sort: string;
}

interface Bounds {
  before: string;
  limit: number;
}

async function queryShard(partition: string, { before, limit }: Bounds): Promise<Entry[]> {
  const { name, partition: partitionKey, sort } = indexes.deliveries;
  const { Items = [] } = await dynamo().send(
    new QueryCommand({
      TableName: env('TABLE_NAME'),
      IndexName: name,
      KeyConditionExpression: '#p = :p AND #s < :before',
      ExpressionAttributeNames: { '#p': partitionKey, '#s': sort },
      ExpressionAttributeValues: marshall({ ':p': partition, ':before': before }),
      ScanIndexForward: false,
      // One more than is shown tells of a next page.
      Limit: limit + 1,
    }),
  );
  return Items.map((item) => unmarshall(item)).map((values) => ({
    key: { pk: values.pk, sk: values.sk },
    sort: String(values[sort]),
  }));
}

/** The records that are still there, in the order of `keys`. */
async function loadRecords(keys: ItemKey[]): Promise<DeliveryRecord[]> {
  const items = await readItems(keys);
  const found = new Map(items.map((item) => [`${item.pk?.S} ${item.sk?.S}`, parseDelivery(item)]));
  return keys.map(({ pk, sk }) => found.get(`${pk} ${sk}`)).filter((record) => record !== undefined);
}

const pageToken = (sort: string) => Buffer.from(sort).toString('base64url');

/** It says nothing of the tenant, so that it leads nowhere but into the lists of whoever sends it. */
function parsePage(token: string, form: RegExp): string {
  const place = findPlace(token, form);
  if (place !== undefined) return place;
  throw new ApiError('invalid-query', 'The page is unknown', {
    errors: [{ parameter: 'page', detail: 'must be the `next` of a former page of the same list' }],
  });
}

function findPlace(token: string, form: RegExp): string | undefined {
  const sort = Buffer.from(token, 'base64url').toString();
  return form.test(sort) && pageToken(sort) === token ? sort : undefined;
}
