import { setTimeout as pause } from 'node:timers/promises';
import { BatchWriteItemCommand, GetItemCommand, PutItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { limits } from '../../protocol/limits.ts';
import type { JobRecord, StoredPart, StoredPayload } from '../core/job-record.ts';
import { expiryBesideHead } from '../core/retention.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { type Item, partsItem } from './job-item.ts';
import { inputSortKey, outputSortKey, payloadKey, payloadObject } from './keys.ts';
import { getPayload, putPayload } from './payload-bucket.ts';
import { UnavailableError } from './unavailable-error.ts';

const maxInlineBytes = 256;
// An item holds 400 KB; a part alone may have 256 KiB.
const maxBatchItemBytes = 300 * 1024;
const maxItemsPerCall = 25;

type JobIdentity = Pick<JobRecord, 'id' | 'createdAtMs'>;

function place(text: string, item: string, object: string): StoredPayload {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxInlineBytes) return { inline: text, bytes };
  return bytes <= limits.maxItemPayloadBytes ? { item, bytes } : { object, bytes };
}

/** Where the JSON text of a job's input belongs: in HEAD, beside it, or in the payload bucket. `digest`: of the submit. */
export function placeInput({ id, createdAtMs }: JobIdentity, digest: string, text: string): StoredPayload {
  return place(text, inputSortKey(digest), payloadObject(id, createdAtMs, `input-${digest}`));
}

/** Writes the input where its record says, unless that is HEAD itself. */
export async function saveInput(record: JobRecord, text: string): Promise<void> {
  await save(record, record.input, text);
}

/** Writes the output of the record's run, unless it belongs into HEAD, and tells where it is. */
export async function saveOutput(record: JobRecord, text: string): Promise<StoredPayload> {
  const { id, createdAtMs, run } = record;
  const payload = place(text, outputSortKey(run), payloadObject(id, createdAtMs, `output-${run}`));
  await save(record, payload, text);
  return payload;
}

async function save(record: JobRecord, payload: StoredPayload, text: string): Promise<void> {
  if ('object' in payload) await putPayload(payload.object, text);
  if (!('item' in payload)) return;
  const { pk, sk } = payloadKey(record.id, payload.item);
  const ttl = expiryBesideHead(record.createdAtMs, record.retentionDays);
  await dynamo().send(
    new PutItemCommand({
      TableName: env('TABLE_NAME'),
      Item: {
        pk: { S: pk },
        sk: { S: sk },
        // An input is the same text under the same digest, whichever submit wrote it. An output belongs to one life.
        ...(payload !== record.input && { c: { N: String(record.createdAtMs) } }),
        j: { S: text },
        ttl: { N: String(ttl) },
      },
    }),
  );
}

/** The JSON text in a payload's item, unless it is from a former life of the job's id. */
function textOf(item: Item | undefined, { createdAtMs }: JobIdentity): string | undefined {
  return item?.c === undefined || item.c.N === String(createdAtMs) ? item?.j?.S : undefined;
}

/** What a reader has of a job's items. */
interface SeenItems {
  items: Item[];
  /** False: the job has more of them. */
  isAll: boolean;
}

/** A payload as JSON text: looked up among the items seen, else read by its key, or from the bucket. */
export async function findPayload(
  record: JobRecord,
  payload: StoredPayload,
  { items, isAll }: SeenItems,
): Promise<string | undefined> {
  if ('inline' in payload) return payload.inline;
  if ('object' in payload) return getPayload(payload.object);
  const seen = items.find(({ sk }) => sk?.S === payload.item);
  return seen || isAll ? textOf(seen, record) : loadItem(record, payload.item);
}

async function load(record: JobRecord, payload: StoredPayload | undefined, name: string): Promise<string> {
  if (!payload) throw new Error(`Cannot load the ${name} of job ${record.id}: it has none`);
  const text = await findPayload(record, payload, { items: [], isAll: false });
  if (text === undefined) throw new Error(`Cannot load the ${name} of job ${record.id}: it is not where HEAD says`);
  return text;
}

async function loadItem(record: JobRecord, name: string): Promise<string | undefined> {
  const { pk, sk } = payloadKey(record.id, name);
  const get = new GetItemCommand({
    TableName: env('TABLE_NAME'),
    Key: { pk: { S: pk }, sk: { S: sk } },
    ConsistentRead: true,
  });
  return textOf((await dynamo().send(get)).Item, record);
}

/** The job's input as JSON text; throws where it is gone. */
export const loadInput = (record: JobRecord): Promise<string> => load(record, record.input, 'input');

/** The job's output as JSON text; throws where there is none. */
export const loadOutput = (record: JobRecord): Promise<string> => load(record, record.output, 'output');

/** Writes parts of the record's run. HEAD moves past them only afterwards. */
export async function saveParts(record: JobRecord, parts: StoredPart[]): Promise<void> {
  const expiresAtSeconds = expiryBesideHead(record.createdAtMs, record.retentionDays);
  const requests = groupParts(parts).map((group) => ({
    PutRequest: { Item: partsItem(group, { record, expiresAtSeconds }) },
  }));
  for (let start = 0; start < requests.length; start += maxItemsPerCall) {
    await writeAll(requests.slice(start, start + maxItemsPerCall));
  }
}

/** Splits parts into groups that fit into an item each. */
function groupParts(parts: StoredPart[]): StoredPart[][] {
  const groups: StoredPart[][] = [];
  let room = 0;
  for (const part of parts) {
    const bytes = Buffer.byteLength(part.json) + 64;
    if (bytes > room) {
      groups.push([]);
      room = maxBatchItemBytes;
    }
    groups.at(-1)?.push(part);
    room -= bytes;
  }
  return groups;
}

/** Writes items until the table has taken them all; it may leave some out where it is throttled. */
async function writeAll(requests: WriteRequest[]): Promise<void> {
  const table = env('TABLE_NAME');
  let left = requests;
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt > 0) await pause(Math.min(2_000, 50 * 2 ** attempt) * Math.random());
    if (attempt === 8) throw new UnavailableError(`Cannot write ${left.length} items: the table is throttled`);
    const { UnprocessedItems } = await dynamo().send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    left = UnprocessedItems?.[table] ?? [];
  }
}
