import { expect, it, vi } from 'vitest';
import { findEndpoint } from '../../lambdas/aws/endpoints.ts';
import { sendWebhooks } from '../../lambdas/deliver/webhooks.ts';
import { disableEndpoint } from '../../lambdas/deliveries/disable-endpoint.ts';
import { changeEndpoint } from '../../lambdas/webhooks/endpoints.ts';
import { jobOf } from './job-events.ts';
import { useWebhookStage } from './use-webhook-stage.ts';
import { tenant } from './webhook-stage.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));

const stage = useWebhookStage();
const news = () => stage.got.filter(({ body }) => body.type === 'webhook.disabled');

it('several deliveries that are answered 410 side by side tell of it once', async () => {
  await stage.endpoint(stage.receiver('/other'), { events: ['job.canceled'] });
  const { id } = await stage.endpoint(stage.receiver('/gone', (response) => response.writeHead(410).end()));
  for (let n = 0; n < 8; n += 1) {
    const { record, events } = jobOf({ tenant });
    await sendWebhooks(record, events);
  }
  await stage.drain();
  expect(stage.got.filter(({ path }) => path === '/gone').length).toBeGreaterThan(1);
  expect(news().map(({ body }) => body.data)).toEqual([expect.objectContaining({ endpoint: id, reason: 'gone' })]);
});

it('what a former URL answers does not disable an endpoint, and nobody is told', async () => {
  await stage.endpoint(stage.receiver('/other'), { events: ['job.canceled'] });
  const { id } = await stage.endpoint(stage.receiver('/new'));
  const url = stage.receiver('/former');
  await disableEndpoint({ tenant, id }, { reason: 'gone', url, nowMs: Date.now() });
  await stage.drain();
  expect(await findEndpoint(tenant, id)).toMatchObject({ enabled: true });
  expect(news()).toEqual([]);
});

it('an endpoint that is changed while it is disabled is disabled all the same: the others have been told', async () => {
  await stage.endpoint(stage.receiver('/other'), { events: ['job.canceled'] });
  const url = stage.receiver('/changed');
  const { id } = await stage.endpoint(url);
  await Promise.all([
    disableEndpoint({ tenant, id }, { reason: 'gone', url, nowMs: Date.now() }),
    changeEndpoint(tenant, id, { description: 'Another' }),
  ]);
  await stage.drain();
  expect(await findEndpoint(tenant, id)).toMatchObject({ enabled: false, description: 'Another' });
  expect(news()).toHaveLength(1);
});
