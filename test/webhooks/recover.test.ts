import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, it, vi } from 'vitest';
import { dynamo } from '../../lambdas/aws/clients.ts';
import { createDelivery, findDelivery, saveDelivery } from '../../lambdas/aws/deliveries.ts';
import { deliveryBodyKey } from '../../lambdas/aws/keys.ts';
import { failDelivery, settleDelivery } from '../../lambdas/core/delivery-changes.ts';
import { deliveryId } from '../../lambdas/core/delivery-id.ts';
import { type DeliveryRecord, newDelivery } from '../../lambdas/core/delivery-record.ts';
import { endpointEvent } from '../../lambdas/core/webhook-event.ts';
import { env } from '../../lambdas/env.ts';
import { recover, redeliver } from '../../lambdas/webhooks/deliveries.ts';
import { useWebhookStage } from './use-webhook-stage.ts';
import { tenant } from './webhook-stage.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));

const stage = useWebhookStage();
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A delivery that nobody has tried yet. */
async function make(endpoint: string, cause: string, data = {}): Promise<DeliveryRecord> {
  const id = deliveryId({ group: endpoint, life: cause, seq: 0, endpoint });
  const event = endpointEvent({ type: 'webhook.test', endpoint, cause, nowMs: Date.now(), data });
  const record = await createDelivery(newDelivery({ id, tenant, endpoint, event }, Date.now()));
  if (!record) throw new Error(`Cannot make ${id}: there is one already`);
  return record;
}

const fail = (record: DeliveryRecord) => saveDelivery(failDelivery(record, 'Not sent', Date.now()));
const attempt = { atMs: 0, durationMs: 1, status: 204 };
const deliver = (record: DeliveryRecord) =>
  saveDelivery(settleDelivery(record, { attempt, verdict: { status: 'delivered' }, now: Date.now() }));

const since = (agoMs: number) => new Date(Date.now() - agoMs).toISOString();

it('recover() finds what failed within the time, however long ago it was made, and nothing else', async () => {
  const { id } = await stage.endpoint(stage.receiver('/late'));
  const [late, early] = [await make(id, 'late'), await make(id, 'early')];
  await fail(early);
  stage.leap(4 * dayMs);
  await fail(late);
  const answer = await recover(tenant, id, { body: { since: since(hourMs) }, isTimeUp: () => false });
  expect(answer).toEqual({ count: 1 });
  expect(await findDelivery(late.id)).toMatchObject({ status: 'pending' });
  expect(await findDelivery(early.id)).toMatchObject({ status: 'failed' });
});

it('recover() goes on where it left off, past any number of newer deliveries that are well', async () => {
  const { id } = await stage.endpoint(stage.receiver('/long'));
  const failed = await make(id, 'failed');
  await fail(failed);
  stage.leap(1_000);
  for (let n = 0; n < 150; n += 1) await deliver(await make(id, String(n)));

  const body = { since: since(hourMs) };
  const first = await recover(tenant, id, { body, isTimeUp: () => true });
  expect(first).toEqual({ count: 0, more: true, next: expect.any(String) });
  const second = await recover(tenant, id, { body: { ...body, page: first.next ?? '' }, isTimeUp: () => true });
  expect(second).toEqual({ count: 1 });
}, 60_000);

it.each(['', 'x', Buffer.from('9#dlv_a').toString('base64url'), 5])('recover() refuses the page %j', async (page) => {
  const { id } = await stage.endpoint(stage.receiver('/page'));
  const recovery = recover(tenant, id, { body: { since: since(0), page }, isTimeUp: () => false });
  await expect(recovery).rejects.toMatchObject({ code: 'invalid-input', errors: [{ pointer: '/page' }] });
});

it('a large body is kept as long as the record of a delivery that was sent again', async () => {
  const { id } = await stage.endpoint(stage.receiver('/large'));
  const record = await make(id, 'large', { text: 'x'.repeat(2_000) });
  await fail(record);
  stage.leap(20 * dayMs);
  await redeliver(tenant, record.id);
  const Key = marshall(deliveryBodyKey(record.id));
  const { Item } = await dynamo().send(new GetItemCommand({ TableName: env('TABLE_NAME'), Key }));
  expect(Number(Item?.ttl?.N)).toBe((await findDelivery(record.id))?.expiresAtSeconds);
  expect(Number(Item?.ttl?.N)).toBeGreaterThan(record.expiresAtSeconds);
});
