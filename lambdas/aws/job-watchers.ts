import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { limits } from '../../protocol/limits.ts';
import type { JobRecord, Watcher } from '../core/job-record.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { headAttributes as head, packWatcher, parseHead, watcherName } from './job-item.ts';
import { headKey } from './keys.ts';

type WatcherId = Pick<Watcher, 'connection' | 'subscription'>;

interface Update {
  expression: string;
  condition: string;
  names: Record<string, string>;
  values?: Record<string, unknown>;
}

/** Changes the watchers of a job's HEAD, which moves nothing else; undefined where the condition does not hold. */
async function update(
  id: string,
  { expression, condition, names, values = {} }: Update,
): Promise<JobRecord | undefined> {
  try {
    const { Attributes } = await dynamo().send(
      new UpdateItemCommand({
        TableName: env('TABLE_NAME'),
        Key: marshall(headKey(id)),
        UpdateExpression: expression,
        ConditionExpression: condition,
        ExpressionAttributeNames: { '#w': head.watchers, ...names },
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshall(values) }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes && parseHead(Attributes);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/**
 * Adds a watcher to a job, or puts it in place of the one with the same name. Returns the record with it; undefined
 * where the job is gone or has as many watchers as are allowed.
 */
export function addWatcher({ id, createdAtMs }: Pick<JobRecord, 'id' | 'createdAtMs'>, watcher: Watcher) {
  return update(id, {
    expression: 'SET #w.#name = :watcher',
    condition: '#c = :c AND (size(#w) < :most OR attribute_exists(#w.#name))',
    names: { '#name': watcherName(watcher), '#c': head.createdAtMs },
    values: { ':watcher': packWatcher(watcher), ':most': limits.maxWatchersPerJob, ':c': createdAtMs },
  });
}

/**
 * Turns a joining watcher live, on condition that `afterSeq`, the last event posted to it, is still the job's newest.
 * Undefined where it is not, or the watcher has left: the caller posts the difference and tries again.
 */
export function makeWatcherLive({ id, createdAtMs }: Pick<JobRecord, 'id' | 'createdAtMs'>, watcher: Watcher) {
  return update(id, {
    expression: 'SET #w.#name = :watcher',
    condition: '#c = :c AND #s = :s AND attribute_exists(#w.#name)',
    names: { '#name': watcherName(watcher), '#c': head.createdAtMs, '#s': head.seq },
    values: { ':watcher': packWatcher({ ...watcher, state: 'live' }), ':s': watcher.afterSeq, ':c': createdAtMs },
  });
}

/** Removes watchers from a job. It does not matter whether they, or the job, are still there. */
export async function removeWatchers(id: string, watchers: WatcherId[]): Promise<void> {
  if (watchers.length === 0) return;
  const names = Object.fromEntries(watchers.map((watcher, index) => [`#n${index}`, watcherName(watcher)]));
  await update(id, {
    expression: `REMOVE ${Object.keys(names)
      .map((name) => `#w.${name}`)
      .join(', ')}`,
    condition: 'attribute_exists(#w)',
    names,
  });
}
