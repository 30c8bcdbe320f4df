import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { expect, it } from 'vitest';
import { dynamo } from '../../lambdas/aws/clients.ts';
import { statisticsKey } from '../../lambdas/aws/keys.ts';
import type { RunStatistics } from '../../lambdas/core/run-statistics.ts';
import { type } from '../support/job-stage.ts';
import { useJobStage, workerOf } from '../support/use-job-stage.ts';

const stage = useJobStage();

/** A run that lasts `ms` by the stage's clock. */
async function runFor(ms: number): Promise<void> {
  const worker = workerOf(() => {
    stage.passTime(ms);
    return 'ended well';
  });
  expect(await stage.deliver(worker, [await stage.queue(await stage.submit())])).toEqual([]);
}

async function told(): Promise<RunStatistics | undefined> {
  const { Item } = await dynamo().send(
    new GetItemCommand({ TableName: process.env.TABLE_NAME, Key: marshall(statisticsKey(type)) }),
  );
  return Item && (unmarshall(Item) as RunStatistics);
}

it('a worker tells how long its runs last, at most once a minute', async () => {
  await runFor(10_000);
  const first = await told();
  expect(first?.meanMs).toBeGreaterThanOrEqual(10_000);
  expect(first?.meanMs).toBeLessThan(15_000);
  await runFor(40_000);
  expect(await told()).toEqual(first);
  stage.passTime(20_000);
  await runFor(40_000);
  // Two runs of 40 s: a fifth of the mean.
  const second = await told();
  expect(second?.meanMs).toBeGreaterThanOrEqual(15_000);
  expect(second?.meanMs).toBeLessThan(20_000);
});
