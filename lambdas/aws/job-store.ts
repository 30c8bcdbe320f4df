import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { claim, type JobChange } from '../core/job-changes.ts';
import type { JobRecord, StoredPart } from '../core/job-record.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { insist } from './insist.ts';
import { headAttributes as head, headItem, type Item, parseHead, parseNonce, parseParts } from './job-item.ts';
import { findPayload, saveInput } from './job-payloads.ts';
import { newNonce, updateOf } from './job-update.ts';
import { headKey, isHead, jobRange, logRange } from './keys.ts';
import { unlessRefused } from './unless-refused.ts';

const itemKey = (id: string) => ({ pk: { S: headKey(id).pk }, sk: { S: headKey(id).sk } });
const isExpired = ({ expiresAtSeconds }: JobRecord, now = Date.now()) => expiresAtSeconds * 1000 <= now;
const number = (value: number): AttributeValue => ({ N: String(value) });

async function findHead(id: string): Promise<Item | undefined> {
  const command = new GetItemCommand({ TableName: env('TABLE_NAME'), Key: itemKey(id), ConsistentRead: true });
  return (await dynamo().send(command)).Item;
}

/**
 * Puts a new job, unless its id is taken by one that has not expired. The input, where it is too large for HEAD, goes
 * first, so that no HEAD is ever without it.
 */
export async function createJob(
  record: JobRecord,
  inputText?: string,
): Promise<{ created: true } | { created: false; existing: JobRecord }> {
  if (inputText !== undefined) await saveInput(record, inputText);
  const mark = newNonce();
  const put = new PutItemCommand({
    TableName: env('TABLE_NAME'),
    Item: headItem(record, mark),
    ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
    ExpressionAttributeNames: { '#ttl': head.expiresAtSeconds },
    ExpressionAttributeValues: { ':now': number(Math.floor(record.createdAtMs / 1000)) },
  });
  for (;;) {
    if (await unlessRefused(dynamo().send(put))) return { created: true };
    const item = await findHead(record.id);
    if (item && parseNonce(item) === mark) return { created: true };
    const existing = item && parseHead(item);
    // Deleted or expired between the two calls: the put is due again.
    if (existing && !isExpired(existing, record.createdAtMs)) return { created: false, existing };
  }
}

/** The job, or undefined where there is none or it has expired. */
export async function findJob(id: string): Promise<JobRecord | undefined> {
  const item = await findHead(id);
  const record = item && parseHead(item);
  return record && !isExpired(record) ? record : undefined;
}

/** HEAD, input and output: all that a job has, unless repeats with other inputs or dead runs left theirs beside them. */
const itemsOfJob = 3;

/**
 * The job with its input and output as JSON texts; an output in the payload bucket is left there. One Query, however
 * much others left in the partition: what HEAD names and the Query did not come to is read by its key.
 */
export async function findJobWithPayloads(
  id: string,
): Promise<{ record: JobRecord; input?: string; output?: string } | undefined> {
  const { items, next } = await queryRange(jobRange(id), { limit: itemsOfJob });
  const [first, ...payloads] = items;
  const record = first && parseHead(first);
  if (!record || isExpired(record)) return undefined;
  const seen = { items: payloads, isAll: next === undefined };
  const [input, output] = await Promise.all([
    findPayload(record, record.input, seen),
    record.output && !('object' in record.output) ? findPayload(record, record.output, seen) : undefined,
  ]);
  return { record, ...(input !== undefined && { input }), ...(output !== undefined && { output }) };
}

interface ReadOptions {
  /** Items at most. @default as many as 1 MB holds */
  limit?: number;
  /** A former `next`. */
  start?: Item | undefined;
}

interface Page {
  items: Item[];
  /** Where the range goes on; undefined where this reached its end. */
  next: Item | undefined;
}

/** One consistent Query: up to 1 MB, in order. */
async function queryRange(
  { pk, from, to }: { pk: string; from: string; to: string },
  { limit, start }: ReadOptions = {},
): Promise<Page> {
  const query = new QueryCommand({
    TableName: env('TABLE_NAME'),
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
    ConsistentRead: true,
    Limit: limit,
    ExclusiveStartKey: start,
  });
  const { Items = [], LastEvaluatedKey } = await dynamo().send(query);
  return { items: Items, next: LastEvaluatedKey };
}

/** HEAD and parts of a job, as one Query found them. */
interface LogPage {
  record: JobRecord;
  parts: StoredPart[];
  /** Where the parts go on that there was no room for. */
  next?: Item;
}

/**
 * HEAD and the parts after a cursor: one Query in which HEAD sorts last. Where there are more than 1 MB of parts, it is
 * the first of them with a HEAD read after them; assembleLog() tells that the log does not end there.
 *
 * @param start a former `next`, for a reader whom its page brought no further
 */
export async function readLog(id: string, after: number, start?: Item): Promise<LogPage | undefined> {
  const { items, next } = await queryRange(logRange(id, after), { start });
  const key = (item: Item) => ({ pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' });
  const last = items.at(-1);
  const found = last && isHead(key(last)) ? last : items.length > 0 ? await findHead(id) : undefined;
  const record = found && parseHead(found);
  if (!record || isExpired(record)) return undefined;
  const batches = items.filter((item) => !isHead(key(item)));
  // What comes after HEAD's `seq` is no part of this log.
  const goesOn = next !== undefined && key(next).sk < logRange(id, record.seq).from;
  return {
    record,
    parts: batches.flatMap((item) => parseParts(item, record.createdAtMs)),
    ...(goesOn && { next }),
  };
}

/** Sends an update. Where its condition fails, HEAD tells whether that is because it was made already (a lost reply). */
async function send(id: string, command: UpdateItemCommand): Promise<JobRecord | undefined> {
  const answer = await unlessRefused(dynamo().send(command));
  if (answer?.Attributes) return parseHead(answer.Attributes);
  const own = command.input.ExpressionAttributeValues?.[':n']?.S;
  const item = own === undefined ? undefined : await findHead(id);
  return item && parseNonce(item) === own ? parseHead(item) : undefined;
}

/**
 * Makes a change, and returns the record after it; undefined where another writer was first. A caller that must know
 * insists.
 */
export async function changeJob(
  record: JobRecord,
  change: JobChange,
  { insists = false } = {},
): Promise<JobRecord | undefined> {
  const command = updateOf(record, change);
  return insists ? insist(() => send(record.id, command)) : send(record.id, command);
}

interface FirstRun {
  createdAtMs: number;
  now: number;
  leaseUntilMs: number;
}

/**
 * Claims the first run of a job that nobody has touched since its submit, without having read it. Undefined where that
 * is not how the job stands: the caller then reads it.
 */
export async function claimFirstRun(
  id: string,
  { createdAtMs, now, leaseUntilMs }: FirstRun,
): Promise<JobRecord | undefined> {
  const untouched = {
    id,
    createdAtMs,
    status: 'queued',
    seq: 1,
    keptSeq: 1,
    run: 0,
    events: [],
  } as unknown as JobRecord;
  const command = updateOf(untouched, claim(untouched, { now: Math.max(now, createdAtMs), leaseUntilMs }), {
    conditions: [
      '(attribute_not_exists(#nb) OR #nb <= :now)',
      '(attribute_not_exists(#dl) OR #dl > :now)',
      '#ttl > :nows',
    ],
    names: { '#nb': head.notBeforeMs, '#dl': head.deadlineAtMs, '#ttl': head.expiresAtSeconds },
    values: { ':now': number(now), ':nows': number(Math.floor(now / 1000)) },
  });
  // A claim that nobody knows of would hold the job until its lease ends.
  return insist(() => send(id, command));
}
