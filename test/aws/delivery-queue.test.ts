import { expect, it } from 'vitest';
import { firstTurn, nextTurn } from '../../lambdas/aws/delivery-queue.ts';
import { newDelivery } from '../../lambdas/core/delivery-record.ts';
import { endpointEvent } from '../../lambdas/core/webhook-event.ts';

const now = 1_700_000_000_000;

it.each([
  ['to an endpoint', undefined, 'whk_1'],
  ['of a webhook given with a job', 'https://a.example/', 'acme'],
  ['of one to another origin', 'https://b.example/', 'acme'],
])('the queue takes a delivery %s as one of %3$s', (_, url, group) => {
  const event = endpointEvent({ type: 'webhook.test', endpoint: 'whk_1', cause: 'c', nowMs: now, data: {} });
  const draft = { id: 'dlv_1', tenant: 'acme', endpoint: 'whk_1', ...(url !== undefined && { url }), event };
  expect(firstTurn(draft).group).toBe(group);
  expect(nextTurn(newDelivery(draft, now)).group).toBe(group);
});
