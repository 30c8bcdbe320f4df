import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { watchKey } from './keys.ts';

/** The minute (since the epoch) from which what is due of a kind has yet to be looked at; undefined before the first look. */
export async function findWatchedMinute(kind: string): Promise<number | undefined> {
  const get = new GetItemCommand({ TableName: env('TABLE_NAME'), Key: marshall(watchKey(kind)), ConsistentRead: true });
  const minute = (await dynamo().send(get)).Item?.minute?.N;
  return minute === undefined ? undefined : Number(minute);
}

/** Notes that all of a kind that was due before `minute` has been done. */
export async function advanceWatch(kind: string, minute: number): Promise<void> {
  const Item = marshall({ ...watchKey(kind), minute });
  await dynamo().send(new PutItemCommand({ TableName: env('TABLE_NAME'), Item }));
}
