import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, it, vi } from 'vitest';
import { findBreaker, noteFailure } from '../../lambdas/aws/breakers.ts';
import { dynamo, sqs } from '../../lambdas/aws/clients.ts';
import { createDelivery } from '../../lambdas/aws/deliveries.ts';
import { listEndpointDeliveries, listJobDeliveries } from '../../lambdas/aws/delivery-lists.ts';
import { breakerKey } from '../../lambdas/aws/keys.ts';
import { parkDelivery } from '../../lambdas/core/delivery-changes.ts';
import { breakerId } from '../../lambdas/core/delivery-id.ts';
import { newDelivery } from '../../lambdas/core/delivery-record.ts';
import { inParallel } from '../../lambdas/core/in-parallel.ts';
import { jobEventFor } from '../../lambdas/core/webhook-event.ts';
import { sendWebhooks } from '../../lambdas/deliver/webhooks.ts';
import { env } from '../../lambdas/env.ts';
import { jobOf } from './job-events.ts';
import { useWebhookStage } from './use-webhook-stage.ts';
import { type Behaviour, tenant } from './webhook-stage.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));

const stage = useWebhookStage();
const dayMs = 86_400_000;
const fail: Behaviour = (response) => response.writeHead(500).end();
const arrivals = (path: string) => stage.got.filter((got) => got.path === path);

/** Queues the ends of so many jobs, and delivers them as far as they get. */
async function queue(jobs: number, url?: string): Promise<string[]> {
  const ids: string[] = [];
  for (let job = 0; job < jobs; job += 1) {
    const { record, events } = jobOf({ tenant, ...(url !== undefined && { webhook: { url } }) });
    await sendWebhooks(record, events);
    ids.push(record.id);
  }
  await stage.drain();
  return ids;
}

/** Opens a breaker, as if its receiver had been failing for so long. */
async function open(breaker: string, failingMs = 0): Promise<void> {
  const now = Date.now();
  for (let n = 0; n < 5; n += 1) await noteFailure(breaker, { mark: String(n), untilMs: now }, { now });
  await dynamo().send(
    new UpdateItemCommand({
      TableName: env('TABLE_NAME'),
      Key: marshall(breakerKey(breaker)),
      UpdateExpression: 'SET failingSinceMs = :since',
      ExpressionAttributeValues: marshall({ ':since': now - failingMs }),
    }),
  );
}

/** All receivers of this stage are of one origin: the next test finds it without a past. */
async function forget(breaker: string): Promise<void> {
  const Key = marshall(breakerKey(breaker));
  await dynamo().send(new DeleteItemCommand({ TableName: env('TABLE_NAME'), Key }));
}

/** Has the queue take nothing, until what it returns is called. */
function breakQueue(): () => void {
  const client = sqs();
  const send = client.send.bind(client) as (command: unknown) => Promise<unknown>;
  const spy = vi
    .spyOn(client, 'send')
    .mockImplementation(((command: unknown) =>
      command instanceof SendMessageBatchCommand
        ? Promise.reject(new Error('The queue is away'))
        : send(command)) as never);
  return () => spy.mockRestore();
}

const of = (job: string) => listJobDeliveries(job, { limit: 10 }).then(({ records: [record] }) => record);

it('a delivery that its receiver cannot take holds up the others for a few minutes only', async () => {
  const poison: { id?: string } = {};
  const url = stage.receiver('/poison', (response, { headers }) => {
    poison.id ??= String(headers['webhook-id']);
    response.writeHead(headers['webhook-id'] === poison.id ? 500 : 204).end();
  });
  const { id } = await stage.endpoint(url);
  await open(id);
  await queue(1);
  stage.leap(1_000);
  await queue(4);
  expect(arrivals('/poison')).toHaveLength(0);
  await stage.minutes(8);
  const { records } = await listEndpointDeliveries(id, { limit: 10 });
  expect(records.map(({ id: delivery, status }) => [delivery === poison.id, status])).toEqual([
    ...Array(4).fill([false, 'delivered']),
    [true, 'pending'],
  ]);
}, 60_000);

it('a lone delivery to a dead origin ends after five days, and costs less than 200 requests', async () => {
  const url = stage.receiver('/origin', fail);
  const origin = breakerId({ tenant, endpoint: '', url });
  const [job = ''] = await queue(1, url);
  for (let looks = 0; looks < 400; looks += 1) {
    const delivery = await of(job);
    if (delivery?.status !== 'pending') break;
    const { us = '' } = (await findBreaker(origin)) ?? {};
    const dueMs = [Number.parseInt(us, 10), delivery.dueAtMs].filter((ms) => ms !== undefined && ms > 0) as number[];
    await stage.skip(Math.max(0, Math.min(...dueMs) - Date.now() - 58_000));
    await stage.minutes(1);
  }
  const { status, createdAtMs = 0, attempts } = (await of(job)) ?? {};
  expect(status).toBe('failed');
  expect(attempts?.at(-1)?.error).toContain('has failed for 5 days');
  expect((Date.now() - createdAtMs) / dayMs).toBeCloseTo(5, 0);
  expect(arrivals('/origin').length).toBeGreaterThan(100);
  expect(arrivals('/origin').length).toBeLessThan(200);
  await forget(origin);
}, 120_000);

it('an origin that is well again after a long time gets all that waited at once', async () => {
  const url = stage.receiver('/origin-again');
  const origin = breakerId({ tenant, endpoint: '', url });
  await open(origin, dayMs);
  const jobs = await queue(60, url);
  expect(arrivals('/origin-again')).toHaveLength(0);
  await stage.minutes(4);
  const statuses = await Promise.all(jobs.map(async (job) => (await of(job))?.status));
  expect(statuses).toEqual(Array(60).fill('delivered'));
  await forget(origin);
}, 60_000);

it('an origin whose probe could not be sent is probed as soon as it can be, and not in an hour', async () => {
  const url = stage.receiver('/origin-unsent');
  const origin = breakerId({ tenant, endpoint: '', url });
  await open(origin, dayMs);
  const [job = ''] = await queue(1, url);
  const mendQueue = breakQueue();
  await stage.minutes(3);
  mendQueue();
  expect(arrivals('/origin-unsent')).toHaveLength(0);
  await stage.minutes(2);
  expect((await of(job))?.status).toBe('delivered');
  await forget(origin);
}, 60_000);

it('what waits for an origin that is well again goes out within 20 minutes, though the probe that found it so could release nothing', async () => {
  let mendQueue: (() => void) | undefined;
  const url = stage.receiver('/origin-unreleased', (response) => {
    mendQueue ??= breakQueue();
    response.writeHead(204).end();
  });
  const origin = breakerId({ tenant, endpoint: '', url });
  await open(origin, dayMs);
  const jobs = await queue(60, url);
  for (let minute = 0; minute < 4 && !mendQueue; minute += 1) await stage.minutes(1);
  mendQueue?.();
  expect(arrivals('/origin-unreleased')).toHaveLength(1);
  await stage.minutes(20);
  const statuses = await Promise.all(jobs.map(async (job) => (await of(job))?.status));
  expect(statuses).toEqual(Array(60).fill('delivered'));
  await forget(origin);
}, 60_000);

it('an origin that has failed for five days gets nothing of what waits for it, however much that is', async () => {
  const url = stage.receiver('/origin-dead');
  const origin = breakerId({ tenant, endpoint: '', url });
  await open(origin, 5 * dayMs);
  const jobs = Array.from({ length: 1_010 }, () => jobOf({ tenant, webhook: { url } }));
  await inParallel(jobs, 10, async ({ record, events }) => {
    const [event] = events;
    if (!event) throw new Error('Cannot queue a job without events');
    const { id } = record;
    const delivery = { id: `dlv_${id.slice(4)}${'0'.repeat(6)}${'a'.repeat(20)}`, tenant, endpoint: id, url };
    await createDelivery(parkDelivery(newDelivery({ ...delivery, event: jobEventFor(id, event) }, Date.now())));
  });
  await stage.minutes(3);
  expect(arrivals('/origin-dead')).toHaveLength(0);
  const statuses = new Set<string | undefined>();
  await inParallel(jobs, 10, async ({ record }) => void statuses.add((await of(record.id))?.status));
  expect(statuses).toEqual(new Set(['failed']));
  expect((await findBreaker(origin))?.failures).toBe(0);
  await forget(origin);
}, 120_000);
