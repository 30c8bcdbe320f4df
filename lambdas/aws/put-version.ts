import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { unlessRefused } from './unless-refused.ts';

/** Keeps the next `version` of an item, unless the one that is kept is another than `former` by now (0: there is none). */
export async function putVersion(item: { version: number }, former: number): Promise<boolean> {
  const put = new PutItemCommand({
    TableName: env('TABLE_NAME'),
    Item: marshall(item, { removeUndefinedValues: true }),
    ...(former === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#v = :former',
          ExpressionAttributeNames: { '#v': 'version' },
          ExpressionAttributeValues: marshall({ ':former': former }),
        }),
  });
  return (await unlessRefused(dynamo().send(put))) !== undefined;
}
