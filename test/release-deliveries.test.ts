import { expect, it, vi } from 'vitest';
import { watchBreaker } from '../lambdas/aws/breakers.ts';
import { createDelivery, findDelivery } from '../lambdas/aws/deliveries.ts';
import { postponeDelivery } from '../lambdas/core/delivery-changes.ts';
import { deliveryId } from '../lambdas/core/delivery-id.ts';
import { newDelivery } from '../lambdas/core/delivery-record.ts';
import { endpointEvent } from '../lambdas/core/webhook-event.ts';
import { tendBreaker } from '../lambdas/deliveries/tend-breaker.ts';
import { handler } from '../lambdas/release-deliveries.ts';
import { useWebhookStage } from './webhooks/use-webhook-stage.ts';
import { tenant } from './webhooks/webhook-stage.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));
vi.mock('../lambdas/deliveries/tend-breaker.ts', () => ({ tendBreaker: vi.fn(() => new Promise(() => {})) }));

const stage = useWebhookStage();

it('a delivery that is due goes out, however long breakers take', async () => {
  const { id: endpoint } = await stage.endpoint(stage.receiver('/due'));
  const nowMs = Date.now();
  const id = deliveryId({ group: endpoint, life: 'due', seq: 0, endpoint });
  const event = endpointEvent({ type: 'webhook.test', endpoint, cause: 'due', nowMs, data: {} });
  await createDelivery(postponeDelivery(newDelivery({ id, tenant, endpoint, event }, nowMs), nowMs));
  await watchBreaker(endpoint, nowMs);
  stage.leap(61_000);
  void handler();
  await expect.poll(() => vi.mocked(tendBreaker).mock.calls.length).toBe(1);
  await expect.poll(async () => (await findDelivery(id))?.dueAtMs).toBeGreaterThan(nowMs + 60_000);
  await expect.poll(() => stage.drain()).toBe(1);
  expect(await findDelivery(id)).toMatchObject({ status: 'delivered' });
});
