import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { ApiError } from '../../protocol/errors.ts';
import type { JobStatus } from '../../protocol/lifecycle.ts';
import type { JobChange } from '../core/job-changes.ts';
import type { JobRecord } from '../core/job-record.ts';
import type { Found } from '../core/page.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { findJobs } from './find-jobs.ts';
import { changeJob } from './job-store.ts';
import { deadKeys, type ItemKey, indexes, listKeys, parseHeadKey, tenantPartitions } from './keys.ts';

interface ListOptions {
  limit: number;
  /** A former `next`. */
  page?: string;
  type?: string;
  status?: JobStatus;
}

/** One page. Filtered, it may be short, or even empty, with a `next`: where a thousand jobs have been looked at. */
type RecordPage = Omit<Found<JobRecord>, 'nextAfter'>;

/** A tenant's jobs, newest first. */
export async function listJobs(tenant: string, options: ListOptions): Promise<Found<JobRecord>> {
  const nextAfter = ({ createdAtMs, id }: JobRecord) => pageToken(listKeys(tenant, createdAtMs, id).ls);
  return { ...(await list(indexes.jobsByTenant, tenant, options)), nextAfter };
}

/** A tenant's dead letters, the newest death first. */
export async function listDeadLetters(tenant: string, options: ListOptions): Promise<Found<JobRecord>> {
  const { records, ...rest } = await list(indexes.deadLetters, tenant, options);
  const nextAfter = ({ deadAtMs = 0, id }: JobRecord) => pageToken(deadKeys(tenant, deadAtMs, id).ds);
  return { records: records.filter(({ deadAtMs }) => deadAtMs !== undefined), ...rest, nextAfter };
}

interface Clearing {
  type?: string;
  /** True once there is no time for another page. */
  isTimeUp?: () => boolean;
}

/**
 * Takes jobs out of the list of dead letters, all of the tenant's or those of a type, and returns how many they were;
 * `more` where there was no time for all of them.
 */
export async function clearDeadLetters(
  tenant: string,
  { type, isTimeUp = () => false }: Clearing = {},
): Promise<{ count: number; more?: true }> {
  let count = 0;
  let page: string | undefined;
  do {
    const found = await listDeadLetters(tenant, { limit: 100, ...(page && { page }), ...(type && { type }) });
    const cleared = await Promise.all(found.records.map(clearDeadLetter));
    count += cleared.filter(Boolean).length;
    page = found.next;
  } while (page && !isTimeUp());
  return { count, ...(page && { more: true }) };
}

/** Takes one job out of the list of dead letters; false where it was not there any more. */
export async function clearDeadLetter(record: JobRecord): Promise<boolean> {
  const change: JobChange = { status: record.status, events: [], set: {}, unset: ['deadAtMs'] };
  return (await changeJob(record, change)) !== undefined;
}

type Index = (typeof indexes)['jobsByTenant' | 'deadLetters'];

/**
 * The shards of a tenant, merged. One bound serves them all: it is the sort key of the last entry shown, and says
 * nothing of the tenant, so that a page token leads nowhere but into the lists of whoever sends it.
 */
async function list(index: Index, tenant: string, { limit, page, type, status }: ListOptions): Promise<RecordPage> {
  const fits = (record: JobRecord) =>
    (type === undefined || record.type === type) && (status === undefined || record.status === status);
  const isFiltered = type !== undefined || status !== undefined;
  const records: JobRecord[] = [];
  let before = page === undefined ? undefined : parsePage(page);
  for (let round = 1; ; round += 1) {
    const { shown, isLast } = await readEntries(index, tenant, { before, limit: isFiltered ? scannedAtOnce : limit });
    const heads = await findJobs(shown.map(({ key }) => parseHeadKey(key)));
    for (const { key, sort } of shown) {
      if (records.length === limit) return { records, ...nextAfter(before) };
      before = sort;
      const record = heads.get(parseHeadKey(key));
      if (record && fits(record)) records.push(record);
    }
    if (isLast) return { records };
    if (!isFiltered || records.length === limit || round === maxRounds) return { records, ...nextAfter(before) };
  }
}

/** A filter is looked for among so many jobs at a time, and in so many rounds for one page. */
const scannedAtOnce = 100;
const maxRounds = 10;

const nextAfter = (before: string | undefined) => (before === undefined ? {} : { next: pageToken(before) });

interface Read {
  before: string | undefined;
  limit: number;
}

/** The newest entries before a bound, of all shards; `isLast` where there are no more. */
async function readEntries(index: Index, tenant: string, { before, limit }: Read) {
  const shards = tenantPartitions(tenant).map((partition) => queryShard(index, { partition, before, limit }));
  const entries = (await Promise.all(shards)).flat().sort((one, other) => (one.sort < other.sort ? 1 : -1));
  return { shown: entries.slice(0, limit), isLast: entries.length <= limit };
}

interface Entry {
  key: ItemKey;
  sort: string;
}

interface Shard extends Read {
  partition: string;
}

async function queryShard(index: Index, { partition, before, limit }: Shard): Promise<Entry[]> {
  const { Items = [] } = await dynamo().send(
    new QueryCommand({
      TableName: env('TABLE_NAME'),
      IndexName: index.name,
      KeyConditionExpression: `#p = :p${before === undefined ? '' : ' AND #s < :before'}`,
      ExpressionAttributeNames: { '#p': index.partition, ...(before !== undefined && { '#s': index.sort }) },
      ExpressionAttributeValues: { ':p': { S: partition }, ...(before !== undefined && { ':before': { S: before } }) },
      ScanIndexForward: false,
      // One more than is shown tells whether there is a next page.
      Limit: limit + 1,
    }),
  );
  return Items.map((item) => unmarshall(item)).map((values) => ({
    key: { pk: values.pk, sk: values.sk },
    sort: values[index.sort],
  }));
}

const pageToken = (sort: string) => Buffer.from(sort).toString('base64url');

/** No job's id sorts before this one. */
const firstId = `job_${'2'.repeat(26)}`;

/** The page of a tenant's dead letters that begins with the last one that died before a moment. */
export const diedBefore = (timeMs: number): string => pageToken(deadKeys('', timeMs, firstId).ds);

/** True for a `next` of a list of jobs. */
export const isPageOfJobs = (token: string): boolean => findPlace(token) !== undefined;

function findPlace(token: string): string | undefined {
  const sort = Buffer.from(token, 'base64url').toString();
  return /^\d{13}#job_[a-z2-7]{26}$/.test(sort) && pageToken(sort) === token ? sort : undefined;
}

function parsePage(token: string): string {
  const place = findPlace(token);
  if (place !== undefined) return place;
  throw new ApiError('invalid-query', 'The page is unknown', {
    errors: [{ parameter: 'page', detail: 'must be the `next` of a former page of the same list' }],
  });
}
