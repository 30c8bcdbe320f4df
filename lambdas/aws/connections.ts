import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { limits } from '../../protocol/limits.ts';
import type { Principal } from '../../protocol/principal.ts';
import type { Subprotocol } from '../../protocol/socket-messages.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { connectionKey, dueKeys, type ItemKey } from './keys.ts';
import { unlessRefused } from './unless-refused.ts';

/** What is kept of a WebSocket connection: one row, which the due index finds when something is to be done about it. */
export interface Connection {
  id: string;
  principal: Principal;
  protocol: Subprotocol;
  openedAtMs: number;
  lastMessageAtMs: number;
  /** Messages since `countedFromMs`, for the rate limit. */
  messages: number;
  countedFromMs: number;
  /** GraphQL: when its `connection_init` was answered. */
  acknowledgedAtMs?: number;
  /** When the connection was told to reconnect. */
  toldAtMs?: number;
  /** By the id that the client chose. Those whose job has ended stay until a sweep. */
  subscriptions: Record<string, Subscription>;
}

export interface Subscription {
  job: string;
  takenAtMs: number;
}

/** Connections in the due index. */
export const connectionDueKind = 'connection';
/** Past the platform's 2 h: for what the one-minute rule should ever miss. */
const ttlSeconds = 3 * 3600;

const pointsTo = (id: string) => ({ TableName: env('TABLE_NAME'), Key: marshall(connectionKey(id)) });

/** Writes the row of a new connection. */
export async function putConnection(connection: Connection, dueAtMs: number): Promise<void> {
  const { id, openedAtMs, ...kept } = connection;
  const item = {
    ...connectionKey(id),
    ...dueKeys(connectionDueKind, dueAtMs, id),
    ...kept,
    openedAtMs,
    ttl: Math.floor(openedAtMs / 1000) + ttlSeconds,
  };
  const Item = marshall(item, { removeUndefinedValues: true });
  await dynamo().send(new PutItemCommand({ TableName: env('TABLE_NAME'), Item }));
}

/** The row of a connection, read consistently. */
export async function findConnection(id: string): Promise<Connection | undefined> {
  const { Item } = await dynamo().send(new GetItemCommand({ ...pointsTo(id), ConsistentRead: true }));
  return Item && parseConnection(id, Item);
}

/** Counts a message, and returns the row after it: undefined where there is none. */
export async function countMessage(id: string, nowMs: number): Promise<Connection | undefined> {
  return await updateConnection(id, {
    UpdateExpression: 'SET lastMessageAtMs = :now ADD messages :one',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: marshall({ ':now': nowMs, ':one': 1 }),
  });
}

/**
 * Takes a subscription id for a job and, in the same write, counts the message that asks for it where that has not been
 * done. Undefined where the row is not there, the id is taken, or there are too many.
 */
export async function takeSubscription(
  id: string,
  {
    subscription,
    job,
    nowMs,
    isCounted = false,
  }: { subscription: string; job: string; nowMs: number; isCounted?: boolean },
): Promise<Connection | undefined> {
  return await updateConnection(id, {
    UpdateExpression: 'SET lastMessageAtMs = :now, subscriptions.#id = :taken ADD messages :count',
    ConditionExpression:
      'attribute_exists(pk) AND attribute_not_exists(subscriptions.#id) AND size(subscriptions) < :max',
    ExpressionAttributeNames: { '#id': subscription },
    ExpressionAttributeValues: marshall({
      ':now': nowMs,
      ':count': isCounted ? 0 : 1,
      ':taken': { job, takenAtMs: nowMs },
      ':max': limits.maxSubscriptionsPerConnection,
    }),
  });
}

/** Frees subscription ids; frees none, and returns false, where one of them has been freed or taken anew since. */
export async function freeSubscriptions(
  id: string,
  taken: { subscription: string; takenAtMs: number }[],
): Promise<boolean> {
  if (taken.length === 0) return true;
  const names = taken.map(({ subscription }, index) => [`#${index}`, subscription]);
  const times = taken.map(({ takenAtMs }, index) => [`:${index}`, takenAtMs]);
  const freed = await updateConnection(id, {
    // Short names: an expression holds 4 KB, and a connection 100 subscriptions.
    UpdateExpression: `REMOVE ${taken.map((_, index) => `#s.#${index}`).join(', ')}`,
    ConditionExpression: taken.map((_, index) => `#s.#${index}.#t = :${index}`).join(' AND '),
    ExpressionAttributeNames: { '#s': 'subscriptions', '#t': 'takenAtMs', ...Object.fromEntries(names) },
    ExpressionAttributeValues: marshall(Object.fromEntries(times)),
  });
  return freed !== undefined;
}

/** Notes that a connection has been initialised; false where it had been before, or is gone. */
export async function acknowledgeConnection(id: string, nowMs: number): Promise<boolean> {
  const acknowledged = await updateConnection(id, {
    UpdateExpression: 'SET acknowledgedAtMs = :now',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(acknowledgedAtMs)',
    ExpressionAttributeValues: marshall({ ':now': nowMs }),
  });
  return acknowledged !== undefined;
}

/** Starts the count of messages anew. */
export async function restartCount(id: string, nowMs: number): Promise<void> {
  await updateConnection(id, {
    UpdateExpression: 'SET countedFromMs = :now, messages = :one',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: marshall({ ':now': nowMs, ':one': 1 }),
  });
}

/** Says when the connection is to be looked at next. */
export async function rescheduleConnection(
  id: string,
  { dueAtMs, toldAtMs }: { dueAtMs: number; toldAtMs?: number | undefined },
): Promise<void> {
  const { up, us } = dueKeys(connectionDueKind, dueAtMs, id);
  await updateConnection(id, {
    UpdateExpression: `SET up = :up, us = :us${toldAtMs === undefined ? '' : ', toldAtMs = :told'}`,
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: marshall({ ':up': up, ':us': us, ...(toldAtMs !== undefined && { ':told': toldAtMs }) }),
  });
}

/** Deletes the row of a connection. */
export async function deleteConnection(id: string): Promise<void> {
  await dynamo().send(new DeleteItemCommand(pointsTo(id)));
}

/** The id of the connection whose row has this key. */
export const connectionOf = ({ pk }: ItemKey): string => pk.slice(connectionKey('').pk.length);

async function updateConnection(
  id: string,
  update: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
): Promise<Connection | undefined> {
  const command = new UpdateItemCommand({ ...pointsTo(id), ...update, ReturnValues: 'ALL_NEW' });
  const updated = await unlessRefused(dynamo().send(command));
  return updated?.Attributes && parseConnection(id, updated.Attributes);
}

function parseConnection(id: string, item: NonNullable<UpdateItemCommandInput['Key']>): Connection {
  const { pk: _pk, sk: _sk, up: _up, us: _us, ttl: _ttl, ...kept } = unmarshall(item);
  return { ...(kept as Omit<Connection, 'id'>), id };
}
