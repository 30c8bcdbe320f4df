import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { EventType } from '../../protocol/lifecycle.ts';
import { stoppingMs } from '../core/job-deadline.ts';
import type { JobRecord, StoredEvent, StoredPart, Watcher } from '../core/job-record.ts';
import { deadKeys, dueKeys, headKey, listKeys, parseHeadKey, parsePartsRun, partsItemKey } from './keys.ts';

export type Item = Record<string, AttributeValue>;

/** Jobs in the due index: those with a deadline, by when no run holds them past it. They stay there until they expire. */
export const jobDueKind = 'job';

type StoredField = Exclude<keyof JobRecord, 'id'>;

/** The fields of a record by their names in HEAD: short, since names count as bytes in every write. */
export const headAttributes: Record<StoredField, string> = {
  tenant: 't',
  type: 'y',
  status: 'z',
  seq: 's',
  keptSeq: 'k',
  run: 'r',
  maxRuns: 'mr',
  retentionDays: 'rd',
  createdAtMs: 'c',
  startedAtMs: 'sa',
  finishedAtMs: 'fa',
  notBeforeMs: 'nb',
  deadlineAtMs: 'dl',
  leaseUntilMs: 'lu',
  cancelRequestedAtMs: 'cr',
  resentAtMs: 'rs',
  announcedSeq: 'a',
  events: 'e',
  progress: 'p',
  digest: 'd',
  input: 'i',
  output: 'o',
  error: 'x',
  metadata: 'm',
  webhook: 'wh',
  orderKey: 'ok',
  retryOf: 'ro',
  traceparent: 'tp',
  watchers: 'w',
  expiresAtSeconds: 'ttl',
  deadAtMs: 'da',
};

/** The writer's mark: who finds its condition failed tells by it whether HEAD already shows its own write. */
export const nonceAttribute = 'n';

const fields = Object.entries(headAttributes) as [StoredField, string][];
// A map with a field named `constructor`, such as a client's metadata, passes for an instance of a class.
const marshalling = { removeUndefinedValues: true, convertClassInstanceToMap: true } as const;
const pack = (value: object) => marshall(value, marshalling);

/** `[type without "job.", seq, prevSeq, timeMs, run?, { error, nextRunAtMs }?]`. */
type PackedEvent = [string, number, number, number, number?, Pick<StoredEvent, 'error' | 'nextRunAtMs'>?];

function packEvent({ type, seq, prevSeq, timeMs, run, error, nextRunAtMs }: StoredEvent): PackedEvent {
  const packed: PackedEvent = [type.slice('job.'.length), seq, prevSeq, timeMs];
  if (run !== undefined) packed.push(run);
  if (error) packed.push({ error, ...(nextRunAtMs !== undefined && { nextRunAtMs }) });
  return packed;
}

function unpackEvent([type, seq, prevSeq, timeMs, run, more]: PackedEvent): StoredEvent {
  return { type: `job.${type}` as EventType, seq, prevSeq, timeMs, ...(run !== undefined && { run }), ...more };
}

/** Watchers are a map, so that one can come, change or go without a condition on the others. */
export const watcherName = ({ connection, subscription }: Pick<Watcher, 'connection' | 'subscription'>): string =>
  JSON.stringify([connection, subscription]);

export const packWatcher = ({ state, joinedAtMs, afterSeq, selection }: Watcher) => ({
  ...(state === 'joining' && { j: joinedAtMs ?? 0 }),
  a: afterSeq,
  ...(selection !== undefined && { s: selection }),
});

type PackedWatcher = { j?: number; a: number; s?: string };

function unpackWatcher([name, { j, a, s }]: [string, PackedWatcher]): Watcher {
  const [connection, subscription] = JSON.parse(name);
  const state = j === undefined ? ({ state: 'live' } as const) : ({ state: 'joining', joinedAtMs: j } as const);
  return { connection, subscription, ...state, afterSeq: a, ...(s !== undefined && { selection: s }) };
}

function packField(field: StoredField, record: Partial<JobRecord>): unknown {
  if (field === 'events') return record.events?.map(packEvent);
  if (field === 'watchers')
    return Object.fromEntries((record.watchers ?? []).map((w) => [watcherName(w), packWatcher(w)]));
  return record[field];
}

/** HEAD of a new record. */
export function headItem(record: JobRecord, nonce: string): Item {
  const item: Record<string, unknown> = {
    ...headKey(record.id),
    ...listKeys(record.tenant, record.createdAtMs, record.id),
    ...(record.deadlineAtMs !== undefined && dueKeys(jobDueKind, record.deadlineAtMs + stoppingMs, record.id)),
    [nonceAttribute]: nonce,
  };
  for (const [field, attribute] of fields) item[attribute] = packField(field, record);
  if (record.deadAtMs !== undefined) Object.assign(item, deadKeys(record.tenant, record.deadAtMs, record.id));
  return pack(item);
}

/** The record of a HEAD. */
export function parseHead(item: Item): JobRecord {
  const values = unmarshall(item);
  const record: Record<string, unknown> = { id: parseHeadKey({ pk: values.pk, sk: values.sk }) };
  for (const [field, attribute] of fields) {
    if (values[attribute] !== undefined) record[field] = values[attribute];
  }
  record.events = values[headAttributes.events].map(unpackEvent);
  record.watchers = Object.entries<PackedWatcher>(values[headAttributes.watchers]).map(unpackWatcher);
  return record as unknown as JobRecord;
}

/** The mark of HEAD's last writer. */
export const parseNonce = (item: Item): string | undefined => item[nonceAttribute]?.S;

interface ChangedFields {
  set: Partial<JobRecord>;
  unset: (keyof JobRecord)[];
}

/** The attributes that a change sets and removes, the keys in the index of dead letters included. */
export function changedAttributes({ id, tenant }: Pick<JobRecord, 'id' | 'tenant'>, { set, unset }: ChangedFields) {
  const values: Record<string, unknown> = {};
  for (const [field, attribute] of fields) {
    if (set[field] !== undefined) values[attribute] = packField(field, set);
  }
  if (set.deadAtMs !== undefined) Object.assign(values, deadKeys(tenant, set.deadAtMs, id));
  const removed = fields.filter(([field]) => unset.includes(field)).map(([, attribute]) => attribute);
  if (unset.includes('deadAtMs')) removed.push(...Object.keys(deadKeys(tenant, 0, id)));
  return { values: pack(values), removed };
}

/** Events as HEAD keeps them. */
export const packEvents = (events: StoredEvent[]): AttributeValue => ({
  L: events.map((event) => ({ L: packEvent(event).map((value) => pack({ value }).value ?? { NULL: true }) })),
});

interface Batch {
  record: Pick<JobRecord, 'id' | 'createdAtMs' | 'run'>;
  expiresAtSeconds: number;
}

/** One item of parts, which all belong to the record's run. */
export function partsItem(parts: StoredPart[], { record, expiresAtSeconds }: Batch): Item {
  const { id, createdAtMs, run } = record;
  const lastSeq = parts.at(-1)?.seq ?? 0;
  const packed = parts.map(({ seq, prevSeq, timeMs, json }) => [seq, prevSeq, timeMs, json]);
  return pack({ ...partsItemKey(id, lastSeq, run), c: createdAtMs, p: packed, ttl: expiresAtSeconds });
}

/** The parts of an item, unless it is from a former life of the job's id. */
export function parseParts(item: Item, createdAtMs: number): StoredPart[] {
  const { pk, sk, c, p } = unmarshall(item);
  if (c !== createdAtMs) return [];
  const run = parsePartsRun({ pk, sk });
  return p.map(([seq, prevSeq, timeMs, json]: [number, number, number, string]) => ({
    seq,
    prevSeq,
    timeMs,
    run,
    json,
  }));
}
