import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it, vi } from 'vitest';
import { resetBreaker } from '../../lambdas/aws/breakers.ts';
import { sqs } from '../../lambdas/aws/clients.ts';
import { findDelivery } from '../../lambdas/aws/deliveries.ts';
import { listEndpointDeliveries, listJobDeliveries } from '../../lambdas/aws/delivery-lists.ts';
import { deleteEndpoint, findEndpoint, saveEndpoint } from '../../lambdas/aws/endpoints.ts';
import { getSigningSecret, open, signingPlace } from '../../lambdas/aws/webhook-secrets.ts';
import { presentDelivery } from '../../lambdas/core/delivery-record.ts';
import { sendWebhooks } from '../../lambdas/deliver/webhooks.ts';
import { handler } from '../../lambdas/deliver-webhook.ts';
import { rotateEndpointSecret } from '../../lambdas/webhooks/secrets.ts';
import { webhookEventTypes } from '../../protocol/webhooks.ts';
import { eventOf } from '../support/job-stage.ts';
import { type JobOptions, jobOf, sealHeaders } from './job-events.ts';
import { useWebhookStage } from './use-webhook-stage.ts';
import { tenant } from './webhook-stage.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));

const stage = useWebhookStage();

/** Announces events of a job, and delivers them. */
async function send(options: JobOptions = {}) {
  const { record, events } = jobOf({ tenant, ...options });
  await sendWebhooks(record, events);
  await stage.drain();
  return { record, events };
}

async function only(endpoint: string) {
  const { records } = await listEndpointDeliveries(endpoint, { limit: 10 });
  const [record, ...more] = records;
  if (!record || more.length > 0) throw new Error(`Cannot find the one delivery: there are ${records.length}`);
  return record;
}

const minute = 60_000;

describe('a delivery', () => {
  it.each(webhookEventTypes)('of %s verifies with both libraries, and tells what every channel tells', async (type) => {
    const { id, secret } = await stage.endpoint(stage.receiver('/ok'));
    const { events } = await send({ types: [type] });
    const [got] = stage.got;
    for (const Webhook of [StandardWebhook, SvixWebhook])
      expect(() => new Webhook(secret).verify(got?.text ?? '', got?.headers as Record<string, string>)).not.toThrow();
    expect(got?.body).toEqual({ ...events[0], endpoint: id });
    expect(await only(id)).toMatchObject({ id: got?.headers['webhook-id'], status: 'delivered', type });
  });

  it('carries the trace, the endpoint’s own headers and a content type', async () => {
    const made = await stage.endpoint(stage.receiver('/ok'));
    await saveEndpoint(await sealHeaders(made, { 'X-Tenant': 'acme', Authorization: 'Bearer x' }), 1);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await send({ traceparent });
    expect(stage.got[0]?.headers).toMatchObject({
      traceparent,
      'x-tenant': 'acme',
      authorization: 'Bearer x',
      'content-type': 'application/json',
    });
  });

  it('is signed with both secrets while one replaces the other, and with one afterwards', async () => {
    const { id, secret: former } = await stage.endpoint(stage.receiver('/ok'));
    const { secret } = await rotateEndpointSecret(tenant, id, { overlapSeconds: 600 });
    await send();
    for (const Webhook of [StandardWebhook, SvixWebhook])
      for (const known of [secret, former])
        expect(() => new Webhook(known).verify(stage.got[0]?.text ?? '', stage.got[0]?.headers as never)).not.toThrow();
    stage.leap(11 * minute);
    await send();
    expect(stage.got[1]?.headers['webhook-signature']).toMatch(/^v1,[^ ]+$/);
  });

  it('of a webhook given with a job is signed with the tenant’s secret, and listed with the job', async () => {
    const webhook = { url: stage.receiver('/job'), events: ['job.running'] };
    const { record } = await send({ types: ['job.running', 'job.succeeded'], webhook });
    const secret = await open((await getSigningSecret(tenant)).secrets[0]?.sealed ?? '', signingPlace(tenant));
    expect(stage.got.map(({ body }) => [body.type, body.endpoint])).toEqual([['job.running', record.id]]);
    const [got] = stage.got;
    expect(() => new StandardWebhook(secret).verify(got?.text ?? '', got?.headers as never)).not.toThrow();
    const { records } = await listJobDeliveries(record.id, { limit: 10 });
    expect(records.map(presentDelivery)).toMatchObject([{ endpoint: record.id, job: record.id, status: 'delivered' }]);
  });

  it('may hold whatever a string can hold', async () => {
    await stage.endpoint(stage.receiver('/odd'));
    const output = { text: '\u0000\u001f\u007f\u2028\ufdd0\ufffe\uffff\u{1fffe}\u{1f600}', half: '\ud800' };
    await send({ output });
    expect(stage.got[0]?.body.data).toEqual({ status: 'succeeded', output });
  });

  it('goes to endpoints that ask for it alone', async () => {
    await stage.endpoint(stage.receiver('/a'), { events: ['job.failed'] });
    await stage.endpoint(stage.receiver('/b'), { events: ['job.succeeded'], types: ['other'] });
    await stage.endpoint(stage.receiver('/c'), { enabled: false });
    await stage.endpoint(stage.receiver('/d'), { events: ['job.succeeded'], types: ['test'] });
    await send();
    expect(stage.got.map(({ path }) => path)).toEqual(['/d']);
  });

  it('is one, however often it is announced', async () => {
    const { id } = await stage.endpoint(stage.receiver('/ok'));
    const { record, events } = await send();
    await sendWebhooks(record, events);
    await sendWebhooks(record, events);
    await stage.drain();
    expect(stage.got).toHaveLength(1);
    expect((await only(id)).attempts).toHaveLength(1);
  });

  it('larger than its record stands beside it, and arrives whole at every attempt', async () => {
    const { id } = await stage.endpoint(stage.receiver('/large', (response) => response.writeHead(500).end()));
    const output = { text: 'ü'.repeat(9_000) };
    await send({ output });
    stage.receiver('/large');
    stage.leap(7_000);
    await stage.drain();
    expect(stage.got.map(({ body }) => body.data)).toEqual([1, 2].map(() => ({ status: 'succeeded', output })));
    expect(await only(id)).toMatchObject({ status: 'delivered', tries: 2 });
  });
});

describe('a receiver that fails', () => {
  it('is tried ten times in all, by the schedule, under one webhook-id, and every attempt is recorded', async () => {
    const { id } = await stage.endpoint(
      stage.receiver('/500', (response) => response.writeHead(500).end('no '.repeat(900))),
    );
    await send();
    const gapsMs: number[] = [];
    for (let attempt = 1; attempt < 10; attempt += 1) {
      const { nextAttemptAtMs = 0, attempts } = await only(id);
      gapsMs.push(nextAttemptAtMs - (attempts.at(-1)?.atMs ?? 0));
      // A breaker is not what this is about.
      await resetBreaker(id);
      await stage.skip(nextAttemptAtMs - Date.now() - 30_000);
      await stage.minutes(2);
    }
    const record = await only(id);
    expect(record).toMatchObject({ status: 'failed', tries: 10 });
    expect(record.attempts).toHaveLength(10);
    expect(record.attempts[0]).toMatchObject({ status: 500, body: 'no '.repeat(342).slice(0, 1024) });
    expect(new Set(stage.got.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([record.id]));
    const hours = [5 / 3600, 1 / 12, 0.5, 2, 5, 10, 14, 20, 24];
    for (const [index, gapMs] of gapsMs.entries()) {
      const wantedMs = (hours[index] ?? 0) * 3_600_000;
      expect(gapMs).toBeGreaterThan(wantedMs * 0.79);
      expect(gapMs).toBeLessThan(wantedMs * 1.21 + 2_000);
    }
  });

  it('says when to come again', async () => {
    const { id } = await stage.endpoint(
      stage.receiver('/429', (response) => response.writeHead(429, { 'retry-after': '1800' }).end()),
    );
    await send();
    const { nextAttemptAtMs = 0, attempts } = await only(id);
    expect(Math.abs(nextAttemptAtMs - (attempts[0]?.atMs ?? 0) - 1_800_000)).toBeLessThan(3_000);
    stage.receiver('/429');
    await stage.minutes(29);
    expect(stage.got).toHaveLength(1);
    await stage.minutes(2);
    expect(await only(id)).toMatchObject({ status: 'delivered' });
  });

  it('with 410 is disabled at once, and the tenant’s other endpoints hear of it', async () => {
    const other = await stage.endpoint(stage.receiver('/other'), { events: ['job.failed'] });
    const gone = await stage.endpoint(stage.receiver('/410', (response) => response.writeHead(410).end()));
    await send();
    expect(await findEndpoint(tenant, gone.id)).toMatchObject({ enabled: false, disabledReason: 'gone' });
    expect(await only(gone.id)).toMatchObject({ status: 'failed', attempts: [{ status: 410 }] });
    expect(stage.got.at(-1)).toMatchObject({
      path: '/other',
      body: { type: 'webhook.disabled', job: null, endpoint: other.id, data: { endpoint: gone.id, reason: 'gone' } },
    });
    await send();
    expect(stage.got).toHaveLength(2);
  });

  it('or is gone, or disabled meanwhile, ends what is on its way to it', async () => {
    const fails = stage.receiver('/fails', (response) => response.writeHead(500).end());
    const [deleted, disabled] = [await stage.endpoint(fails), await stage.endpoint(fails)];
    await send();
    await deleteEndpoint(tenant, deleted.id);
    const { secret: _, ...record } = disabled;
    await saveEndpoint({ ...record, enabled: false, version: 2 }, 1);
    stage.leap(7_000);
    await stage.drain();
    expect(stage.got).toHaveLength(2);
    for (const [endpoint, error] of [
      [deleted, 'Not sent: its endpoint has been deleted'],
      [disabled, 'Not sent: its endpoint is disabled'],
    ] as const) {
      expect(await only(endpoint.id)).toMatchObject({ status: 'failed', attempts: [{ status: 500 }, { error }] });
    }
  });

  it('is redelivered to by the index where the message of the next attempt was lost', async () => {
    const { id } = await stage.endpoint(stage.receiver('/lost', (response) => response.writeHead(500).end()));
    await send();
    stage.receiver('/lost');
    // The message becomes visible, and is swallowed.
    stage.leap(7_000);
    const QueueUrl = stage.queueUrl('_deliveries');
    await sqs().send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 43_200 }));
    await stage.minutes(4);
    expect(await only(id)).toMatchObject({ status: 'delivered', claims: 2 });
  });
});

it('a message that is not signed by us is returned, and delivers nothing', async () => {
  const body = `${'A'.repeat(43)}.{"kind":"again","id":"dlv_x","claims":0,"isProbe":false}`;
  const answer = await handler(eventOf([{ messageId: 'm', body }]), { getRemainingTimeInMillis: () => 1 } as never);
  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'm' }]);
  expect(await findDelivery('dlv_x')).toBeUndefined();
});
