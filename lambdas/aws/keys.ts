import { createHash } from 'node:crypto';

/** The primary key of an item. */
export interface ItemKey {
  pk: string;
  sk: string;
}

/** The KEYS_ONLY indexes of the table, with the names of their keys. */
export const indexes = {
  jobsByTenant: { name: 'jobs-by-tenant', partition: 'lp', sort: 'ls' },
  deadLetters: { name: 'dead-letters', partition: 'dp', sort: 'ds' },
  due: { name: 'due', partition: 'up', sort: 'us' },
  deliveries: { name: 'deliveries', partition: 'vp', sort: 'vs' },
} as const;

const tenantShards = 10;
const dueShards = 16;

const digits = (value: number, length: number) => String(value).padStart(length, '0');
const shardOf = (id: string, shards: number) => createHash('sha256').update(id).digest().readUInt16BE(0) % shards;
const partsKey = (seq: number) => `A#${digits(seq, 10)}`;

const jobPartition = (id: string) => `J#${id}`;
const headSortKey = 'B';

/** HEAD sorts after the parts and before the payloads. */
export const headKey = (id: string): ItemKey => ({ pk: jobPartition(id), sk: headSortKey });

/** The job id of a HEAD's key. */
export const parseHeadKey = ({ pk }: ItemKey): string => pk.slice('J#'.length);

/** One batch of parts, by its last seq: so a query from a cursor on finds every batch with something newer. */
export const partsItemKey = (id: string, lastSeq: number, run: number): ItemKey => ({
  pk: jobPartition(id),
  sk: `${partsKey(lastSeq)}#${run}`,
});

/** The run that wrote a batch of parts. */
export const parsePartsRun = ({ sk }: ItemKey): number => Number(sk.split('#')[2]);

/** The batches of parts with something after `after`, then HEAD. */
export const logRange = (id: string, after: number) => ({
  pk: jobPartition(id),
  from: partsKey(after + 1),
  to: headSortKey,
});

/** HEAD, then the payloads beside it. */
export const jobRange = (id: string) => ({ pk: jobPartition(id), from: headSortKey, to: 'D~' });

export const isHead = ({ sk }: ItemKey): boolean => sk === headSortKey;

/** The item of an input or output, by the sort key that HEAD names. */
export const payloadKey = (id: string, sk: string): ItemKey => ({ pk: jobPartition(id), sk });

/** By digest, so that a repeat with another body cannot overwrite the input of the job. */
export const inputSortKey = (digest: string): string => `C#${digest}`;

/** By run, so that a run that lost its lease cannot overwrite the output of the next. */
export const outputSortKey = (run: number): string => `D#${run}`;

/** Where in the payload bucket a job's large payloads are; `part` is `input-<digest>` or `output-<run>`. */
export const payloadObject = (id: string, createdAtMs: number, part: string): string =>
  `jobs/${id}/${createdAtMs}/${part}`;

/** Where in the payload bucket an upload is. */
export const uploadObject = (tenant: string, upload: string): string =>
  `uploads/${createHash('sha256').update(tenant).digest('hex').slice(0, 32)}/${upload}`;

const sortByTime = (timeMs: number, id: string) => `${digits(timeMs, 13)}#${id}`;

/** A job's keys in the index of its tenant's jobs: written once. */
export const listKeys = (tenant: string, createdAtMs: number, id: string) => ({
  lp: `${tenant}#${shardOf(id, tenantShards)}`,
  ls: sortByTime(createdAtMs, id),
});

/** A job's keys in the index of the dead letters. */
export const deadKeys = (tenant: string, deadAtMs: number, id: string) => ({
  dp: `${tenant}#${shardOf(id, tenantShards)}`,
  ds: sortByTime(deadAtMs, id),
});

/** Every partition that a tenant has in an index of jobs. */
export const tenantPartitions = (tenant: string): string[] =>
  Array.from({ length: tenantShards }, (_, shard) => `${tenant}#${shard}`);

/** The keys of something that is due at `dueAtMs`, found by minute and shard. */
export const dueKeys = (kind: string, dueAtMs: number, id: string) => ({
  up: `${kind}#${Math.floor(dueAtMs / 60_000)}#${shardOf(id, dueShards)}`,
  us: sortByTime(dueAtMs, id),
});

/** Every partition of what is due within the minute of `timeMs`. */
export const duePartitions = (kind: string, timeMs: number): string[] =>
  Array.from({ length: dueShards }, (_, shard) => `${kind}#${Math.floor(timeMs / 60_000)}#${shard}`);

/** An API key, by the SHA-256 (hex) of its text. */
export const apiKeyKey = (hash: string): ItemKey => ({ pk: `K#${hash}`, sk: 'KEY' });

/** The row by which keys are listed: all in one partition, so that an operator finds one by its id alone. */
export const keyListKey = (tenant: string, keyId: string): ItemKey => ({ pk: 'T', sk: `${tenant}#${keyId}` });

/** The partition of the rows of keys, and the prefix of one tenant's. */
export const keyListRange = (tenant?: string) => ({ pk: 'T', ...(tenant !== undefined && { prefix: `${tenant}#` }) });

/** A single-use token that has been used. */
export const usedTokenKey = (tokenId: string): ItemKey => ({ pk: `U#${tokenId}`, sk: 'USED' });

/** A tenant's counter of one rate window, which starts at `windowStartSeconds`. */
export const rateKey = (tenant: string, windowStartSeconds: number): ItemKey => ({
  pk: `R#${tenant}#${windowStartSeconds}`,
  sk: 'RATE',
});

/** What is known of how long runs of a type last. */
export const statisticsKey = (type: string): ItemKey => ({ pk: `S#${type}`, sk: 'STATS' });

export const connectionKey = (connectionId: string): ItemKey => ({ pk: `W#${connectionId}`, sk: 'CONNECTION' });

/** How far what comes due by the minute has been looked at, for one kind of it. */
export const watchKey = (kind: string): ItemKey => ({ pk: 'M', sk: `WATCH#${kind}` });

/** A tenant's endpoint: all of them in one partition, so that one Query finds who wants an event. */
export const endpointKey = (tenant: string, id: string): ItemKey => ({ pk: `E#${tenant}`, sk: id });

/** What signs the webhooks that a tenant gives with its jobs. */
export const signingSecretKey = (tenant: string): ItemKey => ({ pk: `F#${tenant}`, sk: 'SECRET' });

/** How an endpoint has been doing. */
export const breakerKey = (id: string): ItemKey => ({ pk: `B#${id}`, sk: 'BREAKER' });

const groupLength = 26;
const deliveryPlace = (id: string) => ({
  pk: `D#${id.slice(4, 4 + groupLength)}`,
  rest: id.slice(4 + groupLength),
});

/** A delivery's record: those of one job in one partition, in the order of its events. */
export const deliveryKey = (id: string): ItemKey => ({ pk: deliveryPlace(id).pk, sk: `R#${deliveryPlace(id).rest}` });

/** The body of a delivery, where it is too large for its record. */
export const deliveryBodyKey = (id: string): ItemKey => ({
  pk: deliveryPlace(id).pk,
  sk: `S#${deliveryPlace(id).rest}`,
});

/** The id of a delivery's key. */
export const parseDeliveryKey = ({ pk, sk }: ItemKey): string => `dlv_${pk.slice('D#'.length)}${sk.slice('R#'.length)}`;

/** The records of one group: see `groupOf`. */
export const deliveriesOfGroup = (group: string) => ({ pk: `D#${group}`, prefix: 'R#' });

/** A delivery's keys in the index of its endpoint's deliveries: written once. */
export const deliveryListKeys = (endpoint: string, createdAtMs: number, id: string) => ({
  vp: `${endpoint}#${shardOf(id, tenantShards)}`,
  vs: sortByTime(createdAtMs, id),
});

/** The due keys of a delivery that waits behind an open breaker: the oldest first. */
export const waitingKeys = (breaker: string, createdAtMs: number, id: string) => ({
  up: waitingPartition(breaker),
  us: sortByTime(createdAtMs, id),
});

/** Everything that waits behind one breaker. */
export const waitingPartition = (breaker: string): string => `waiting#${breaker}`;
