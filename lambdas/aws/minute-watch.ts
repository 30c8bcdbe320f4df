import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { watchKey } from './keys.ts';

/** The minute (since the epoch) from which what is due has yet to be looked at; undefined before the first look. */
export async function findWatchedMinute(): Promise<number | undefined> {
  const get = new GetItemCommand({ TableName: env('TABLE_NAME'), Key: marshall(watchKey), ConsistentRead: true });
  const minute = (await dynamo().send(get)).Item?.minute?.N;
  return minute === undefined ? undefined : Number(minute);
}

/** Notes that all that was due before `minute` has been done. */
export async function advanceWatch(minute: number): Promise<void> {
  const Item = marshall({ ...watchKey, minute });
  await dynamo().send(new PutItemCommand({ TableName: env('TABLE_NAME'), Item }));
}
