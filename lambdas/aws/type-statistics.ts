import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { addSamples, type RunSamples, type RunStatistics } from '../core/run-statistics.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { queueDepth } from './job-queue.ts';
import { statisticsKey } from './keys.ts';

/** Statistics are told at most once in this time by each environment. */
const flushEveryMs = 60_000;
/** A type's load is looked up at most once in this time by each environment. */
const loadKeptMs = 10_000;

const samples = new Map<string, RunSamples>();
const flushedAtMs = new Map<string, number>();

/** Notes how long a run lasted that ended well. Costs no call. */
export function noteRun(type: string, durationMs: number): void {
  const { count, totalMs } = samples.get(type) ?? { count: 0, totalMs: 0 };
  samples.set(type, { count: count + 1, totalMs: totalMs + durationMs });
}

/** Writes what has been noted, where a minute has passed since the last time. Never rejects: these are estimates. */
export async function flushStatistics(nowMs = Date.now()): Promise<void> {
  for (const [type, noted] of samples) {
    if (nowMs - (flushedAtMs.get(type) ?? 0) < flushEveryMs) continue;
    flushedAtMs.set(type, nowMs);
    samples.delete(type);
    await writeSamples(type, noted, nowMs).catch(() => undefined);
  }
}

async function writeSamples(type: string, noted: RunSamples, nowMs: number): Promise<void> {
  const statistics = addSamples(await findStatistics(type), noted, nowMs);
  const Item = marshall({ ...statisticsKey(type), ...statistics });
  await dynamo().send(new PutItemCommand({ TableName: env('TABLE_NAME'), Item }));
}

async function findStatistics(type: string): Promise<RunStatistics | undefined> {
  const command = new GetItemCommand({ TableName: env('TABLE_NAME'), Key: marshall(statisticsKey(type)) });
  const { Item } = await dynamo().send(command);
  return Item && (unmarshall(Item) as RunStatistics);
}

/** How long runs of a type last and how many wait, as far as this environment knows. */
export interface KnownLoad {
  meanMs?: number;
  waiting?: number;
}

interface QueuedType {
  name: string;
  ordered: boolean;
}

const loads = new Map<string, { type: QueuedType; load: KnownLoad; atMs: number }>();

/** What is known of a type's load without a call. Asking makes it a type whose load `refreshLoads` keeps fresh. */
export function knownLoad(type: QueuedType): KnownLoad {
  const known = loads.get(type.name) ?? { type, load: {}, atMs: 0 };
  loads.set(type.name, known);
  return known.load;
}

/**
 * Looks up again, beside the caller's own calls, what is older than 10 s of the types that were asked for.
 * Never rejects: an estimate is not worth a failed request.
 */
export async function refreshLoads(nowMs = Date.now()): Promise<void> {
  const stale = [...loads.values()].filter(({ atMs }) => nowMs - atMs >= loadKeptMs);
  await Promise.all(
    stale.map(async (known) => {
      known.atMs = nowMs;
      const { name, ordered } = known.type;
      const [statistics, waiting] = await Promise.allSettled([findStatistics(name), queueDepth(name, { ordered })]);
      if (statistics.status === 'fulfilled' && statistics.value) known.load.meanMs = statistics.value.meanMs;
      if (waiting.status === 'fulfilled') known.load.waiting = waiting.value;
    }),
  );
}
