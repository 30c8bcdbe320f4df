import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { limits } from '../../protocol/limits.ts';
import type { JobRecord, Watcher } from '../core/job-record.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { headAttributes as head, packWatcher, parseHead, watcherName } from './job-item.ts';
import { headKey } from './keys.ts';
import { unlessRefused } from './unless-refused.ts';

type WatcherId = Pick<Watcher, 'connection' | 'subscription'>;

interface Update {
  expression: string;
  condition: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
}

/** Changes one watcher in a job's HEAD, which moves nothing else; undefined where the condition does not hold. */
async function update(
  id: string,
  watcher: WatcherId,
  { expression, condition, names, values }: Update,
): Promise<JobRecord | undefined> {
  const command = new UpdateItemCommand({
    TableName: env('TABLE_NAME'),
    Key: marshall(headKey(id)),
    UpdateExpression: expression,
    ConditionExpression: condition,
    ExpressionAttributeNames: { '#w': head.watchers, '#name': watcherName(watcher), ...names },
    ...(values && { ExpressionAttributeValues: marshall(values) }),
    ReturnValues: 'ALL_NEW',
  });
  const updated = await unlessRefused(dynamo().send(command));
  return updated?.Attributes && parseHead(updated.Attributes);
}

/**
 * Adds a joining watcher to a tenant's job that is not done, or puts it in place of the one with the same name. Returns
 * the record with it; undefined where there is no such job, it is done, or it has as many watchers as are allowed.
 */
export function addWatcher(id: string, watcher: Watcher, { tenant, nowMs }: { tenant: string; nowMs: number }) {
  return update(id, watcher, {
    expression: 'SET #w.#name = :watcher',
    condition:
      '#t = :tenant AND #ttl > :now AND (#z = :queued OR #z = :running) AND (size(#w) < :most OR attribute_exists(#w.#name))',
    names: { '#t': head.tenant, '#ttl': head.expiresAtSeconds, '#z': head.status },
    values: {
      ':watcher': packWatcher(watcher),
      ':tenant': tenant,
      ':now': Math.floor(nowMs / 1000),
      ':queued': 'queued',
      ':running': 'running',
      ':most': limits.maxWatchersPerJob,
    },
  });
}

/**
 * Turns a joining watcher live, on condition that `afterSeq`, the last event posted to it, is still the job's newest:
 * then every later one finds it in HEAD. Undefined where it is not, or the watcher has left.
 */
export function turnLive({ id, createdAtMs }: Pick<JobRecord, 'id' | 'createdAtMs'>, joining: Watcher) {
  const { joinedAtMs, ...watcher } = joining;
  return update(id, watcher, {
    expression: 'SET #w.#name = :watcher',
    condition: '#c = :created AND #s = :seq AND #w.#name.#j = :joined',
    names: { '#c': head.createdAtMs, '#s': head.seq, '#j': 'j' },
    values: {
      ':watcher': packWatcher({ ...watcher, state: 'live' }),
      ':created': createdAtMs,
      ':seq': watcher.afterSeq,
      ':joined': joinedAtMs,
    },
  });
}

/** Removes a watcher: a joining one only if it is still the one that joined then. False where it was not there. */
export async function removeWatcher(
  id: string,
  { joinedAtMs, ...watcher }: WatcherId & { joinedAtMs?: number | undefined },
): Promise<boolean> {
  const removed = await update(id, watcher, {
    expression: 'REMOVE #w.#name',
    condition: joinedAtMs === undefined ? 'attribute_exists(#w.#name)' : '#w.#name.#j = :joined',
    ...(joinedAtMs !== undefined && { names: { '#j': 'j' }, values: { ':joined': joinedAtMs } }),
  });
  return removed !== undefined;
}
