import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, vi } from 'vitest';
import { closeBreaker, enterBreaker, findBreaker, leaveBreaker, noteFailure } from '../../lambdas/aws/breakers.ts';
import { dynamo } from '../../lambdas/aws/clients.ts';
import { listEndpointDeliveries } from '../../lambdas/aws/delivery-lists.ts';
import { findEndpoint } from '../../lambdas/aws/endpoints.ts';
import { breakerKey } from '../../lambdas/aws/keys.ts';
import { breakerId } from '../../lambdas/core/delivery-id.ts';
import type { DeliveryRecord } from '../../lambdas/core/delivery-record.ts';
import { sendWebhooks } from '../../lambdas/deliver/webhooks.ts';
import { env } from '../../lambdas/env.ts';
import { recover } from '../../lambdas/webhooks/deliveries.ts';
import { changeEndpoint } from '../../lambdas/webhooks/endpoints.ts';
import { limits } from '../../protocol/limits.ts';
import { jobOf } from './job-events.ts';
import { useWebhookStage } from './use-webhook-stage.ts';
import { tenant } from './webhook-stage.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));

const stage = useWebhookStage();

/** Queues the ends of so many jobs. */
async function queue(jobs: number): Promise<void> {
  for (let job = 0; job < jobs; job += 1) {
    const { record, events } = jobOf({ tenant });
    await sendWebhooks(record, events);
  }
}

async function deliveriesTo(endpoint: string): Promise<DeliveryRecord[]> {
  const all: DeliveryRecord[] = [];
  let page: string | undefined;
  do {
    const found = await listEndpointDeliveries(endpoint, { limit: 100, page });
    all.push(...found.records);
    page = found.next;
  } while (page !== undefined);
  return all.reverse();
}

/** Has an endpoint's failures begin so much earlier, as if the days had gone by. */
async function putBackFailingSince(id: string, ms: number): Promise<void> {
  const { pk, sk } = breakerKey(id);
  await dynamo().send(
    new UpdateItemCommand({
      TableName: env('TABLE_NAME'),
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: 'SET failingSinceMs = failingSinceMs - :ms',
      ExpressionAttributeValues: { ':ms': { N: String(ms) } },
    }),
  );
}

const fail = (response: { writeHead(status: number): { end(): void } }) => response.writeHead(500).end();
const arrivals = (path: string) => stage.got.filter((got) => got.path === path);

describe('a dead endpoint', () => {
  it('gets one probe a minute, the oldest delivery that waits, which loses no attempt by it; then everything', async () => {
    const { id } = await stage.endpoint(stage.receiver('/dead', fail));
    // One after another, so that the breaker opens at the fifth.
    for (let n = 0; n < 8; n += 1) {
      await queue(1);
      await stage.drain();
      stage.leap(1);
    }
    expect(arrivals('/dead')).toHaveLength(5);
    const waiting = (await deliveriesTo(id)).filter(({ isWaiting }) => isWaiting);
    expect(waiting.map(({ tries, claims }) => [tries, claims])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);

    // The five that failed come due meanwhile, and wait too: they are the older ones.
    await stage.minutes(8);
    const seen = arrivals('/dead').slice(5);
    expect(seen.length).toBeGreaterThanOrEqual(6);
    expect(seen.length).toBeLessThanOrEqual(8);
    const [oldest, second] = await deliveriesTo(id);
    // The first one goes out before the others have come due again, and after five that fail it is the next one's turn.
    const probed = seen.map(({ headers }) => headers['webhook-id']);
    expect(probed.slice(1)).toEqual(probed.slice(1).map((_, index) => (index < 4 ? oldest?.id : second?.id)));
    expect(oldest).toMatchObject({ isWaiting: true, tries: 1, attempts: [{ status: 500 }], probe: { status: 500 } });

    stage.receiver('/dead');
    await stage.minutes(2);
    const delivered = await deliveriesTo(id);
    expect(delivered.map(({ status }) => status)).toEqual(Array(8).fill('delivered'));
    await stage.minutes(4);
    expect(await findBreaker(id)).toMatchObject({ failures: 0, slots: new Set() });
    expect((await findBreaker(id))?.us).toBeUndefined();
  }, 60_000);

  it('with a thousand deliveries holds up none of a healthy one’s', async () => {
    const dead = await stage.endpoint(stage.receiver('/dead-1000', fail));
    await queue(970);
    const healthy = await stage.endpoint(stage.receiver('/healthy'));
    await queue(30);
    await stage.drain();
    expect(arrivals('/healthy')).toHaveLength(30);
    // A batch goes out side by side: what is on its way when the fifth fails still fails.
    expect(arrivals('/dead-1000').length).toBeLessThanOrEqual(15);
    expect(
      (await deliveriesTo(healthy.id)).every(({ status, attempts }) => status === 'delivered' && attempts.length === 1),
    ).toBe(true);
    const parked = (await deliveriesTo(dead.id)).filter(({ isWaiting }) => isWaiting);
    expect(parked.length).toBeGreaterThanOrEqual(985);
    await stage.minutes(3);
    expect(arrivals('/dead-1000').length).toBeLessThanOrEqual(15 + 3);
  }, 120_000);

  it('that has failed for 5 days is disabled, the others hear of it, and recover sends what failed once it is enabled', async () => {
    const other = await stage.endpoint(stage.receiver('/other'), { events: ['job.failed'] });
    const { id } = await stage.endpoint(stage.receiver('/5-days', fail));
    const sinceMs = Date.now();
    for (let n = 0; n < 6; n += 1) {
      await queue(1);
      await stage.drain();
    }
    await stage.minutes(2);
    expect((await findEndpoint(tenant, id))?.enabled).toBe(true);
    await putBackFailingSince(id, 5 * 86_400_000);
    await stage.minutes(3);
    expect(await findEndpoint(tenant, id)).toMatchObject({ enabled: false, disabledReason: 'failing' });
    expect(arrivals('/other').map(({ body }) => [body.type, body.endpoint, body.data])).toEqual([
      ['webhook.disabled', other.id, expect.objectContaining({ endpoint: id, reason: 'failing' })],
    ]);
    expect((await deliveriesTo(id)).filter(({ isWaiting }) => isWaiting)).toEqual([]);

    await changeEndpoint(tenant, id, { enabled: true });
    stage.receiver('/5-days');
    const since = new Date(sinceMs).toISOString();
    const { count } = await recover(tenant, id, { body: { since }, isTimeUp: () => false });
    expect(count).toBeGreaterThan(0);
    await stage.drain();
    const recovered = await deliveriesTo(id);
    expect(recovered.filter(({ status }) => status === 'delivered')).toHaveLength(count);
    expect(recovered.filter(({ status }) => status === 'failed')).toEqual([]);
  }, 60_000);
});

it('a delivery to an endpoint that has enough to do waits, in the queue and then in the table, and arrives', async () => {
  const { id } = await stage.endpoint(stage.receiver('/busy'));
  const slots = Array.from({ length: limits.maxWebhookConcurrency }, (_, n) => ({
    mark: String(n),
    untilMs: Date.now() + 9_000_000,
  }));
  for (const slot of slots) await enterBreaker(id, slot, { isProbe: false, now: Date.now() });
  await queue(1);
  for (let receive = 0; receive < 6; receive += 1) {
    await stage.drain();
    stage.leap(30_000);
  }
  expect(arrivals('/busy')).toHaveLength(0);
  expect(await deliveriesTo(id)).toMatchObject([{ status: 'pending', claims: 0, tries: 0, attempts: [] }]);
  for (const slot of slots) await leaveBreaker(id, slot);
  await stage.minutes(4);
  expect(await deliveriesTo(id)).toMatchObject([{ status: 'delivered', claims: 1 }]);
}, 60_000);

it('receivers of one origin share a breaker where their webhooks came with jobs', async () => {
  const url = stage.receiver('/per-job', fail);
  for (let n = 0; n < 9; n += 1) {
    const { record, events } = jobOf({ tenant, webhook: { url: `${url}` } });
    await sendWebhooks(record, events);
    await stage.drain();
  }
  expect(arrivals('/per-job')).toHaveLength(5);
  await closeBreaker(breakerId({ tenant, endpoint: '', url }), { mark: '', untilMs: 0 });
  stage.receiver('/per-job');
  await stage.minutes(3);
  expect(arrivals('/per-job').length).toBeGreaterThanOrEqual(9);
}, 60_000);

describe('enterBreaker()', () => {
  const slotOf = (mark: string | number, untilMs = Date.now() + 40_000) => ({ mark: String(mark), untilMs });
  const coming = { isProbe: false, now: 0 };

  it('lets in as many at the same time as an endpoint may get, and the next when one leaves', async () => {
    const slots = Array.from({ length: limits.maxWebhookConcurrency }, (_, n) => slotOf(n));
    const entries = await Promise.all(slots.map((slot) => enterBreaker('whk_a', slot, coming)));
    expect(new Set(entries)).toEqual(new Set(['entered']));
    expect(await enterBreaker('whk_a', slotOf('x'), coming)).toBe('full');
    expect(await enterBreaker('whk_a', slotOf('x'), { ...coming, isProbe: true })).toBe('full');
    expect(await enterBreaker('whk_b', slotOf('x'), coming)).toBe('entered');
    await leaveBreaker('whk_a', slots[3] ?? slotOf(0));
    expect(await enterBreaker('whk_a', slotOf('x'), coming)).toBe('entered');
  });

  it('takes the place of holders that died', async () => {
    const now = Date.now();
    for (let n = 0; n < limits.maxWebhookConcurrency; n += 1)
      await enterBreaker('whk_c', slotOf(n, n < 5 ? now - 1 : now + 9_000), { ...coming, now });
    expect(await enterBreaker('whk_c', slotOf('x'), { ...coming, now })).toBe('entered');
    expect((await findBreaker('whk_c'))?.slots.size).toBe(limits.maxWebhookConcurrency - 4);
  });

  it('lets nobody in but a probe after five failures in a row, and everybody after a success', async () => {
    for (let n = 0; n < 5; n += 1) {
      expect(await enterBreaker('whk_d', slotOf(n), coming)).toBe('entered');
      await noteFailure('whk_d', slotOf(n), { now: Date.now() });
    }
    expect(await enterBreaker('whk_d', slotOf('x'), coming)).toBe('open');
    expect(await enterBreaker('whk_d', slotOf('y'), { ...coming, isProbe: true })).toBe('entered');
    await closeBreaker('whk_d', slotOf('y'));
    expect(await enterBreaker('whk_d', slotOf('x'), coming)).toBe('entered');
  });
});
