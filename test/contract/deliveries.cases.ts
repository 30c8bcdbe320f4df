import assert from 'node:assert/strict';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import type { Delivery, Endpoint } from '../../protocol/webhooks.ts';
import { type Case, eachRow, must } from './case.ts';
import { expectFaults, expectProblem } from './problem.ts';
import { addWebhook as add, type Got, ownTenant, startReceiver, untilDelivery } from './webhook-receiver.ts';

const live = { types: ['echo'], receiver: true, makeKey: true };

function assertSigned({ text, headers }: Got, secret: string): void {
  for (const Webhook of [StandardWebhook, SvixWebhook])
    new Webhook(secret).verify(text, headers as Record<string, string>);
}

/** What arrives at a receiver on this machine, and what is recorded of it: section 10. */
export const deliveryCases: Case[] = [
  must(
    'HOOK-006',
    'a delivery is signed, has the event as body, and is recorded',
    async (api) => {
      const own = await ownTenant(api);
      const receiver = await startReceiver((response) => response.writeHead(200).end('thanks'));
      const { id, secret } = await add(own, { url: receiver.url, events: ['job.*'], headers: { 'X-Mine': 'yes' } });
      const job = await own.submitEcho({ a: 1 });
      await own.end(job.id);
      const got = await receiver.until(3);
      receiver.stop();
      for (const one of got) assertSigned(one, secret);
      const log = await own.log(job.id);
      const byseq = got.map(({ body }) => body).sort((one, other) => one.seq - other.seq);
      assert.deepEqual(
        byseq,
        log.map((event) => ({ ...event, endpoint: id })),
      );
      assert.ok(got.every(({ headers }) => headers['x-mine'] === 'yes'));
      const ends = (one: Delivery) => one.seq === 3 && one.status === 'delivered';
      const delivery = await untilDelivery(own, `/jobs/${job.id}/deliveries`, ends);
      const [attempt] = delivery.attempts;
      assert.deepEqual(
        { ...delivery, attempts: [{ ...attempt, at: '', durationMs: 0 }], createdAt: '' },
        {
          id: got.find(({ body }) => body.seq === 3)?.headers['webhook-id'],
          endpoint: id,
          job: job.id,
          event: log[2]?.id,
          type: 'job.succeeded',
          seq: 3,
          status: 'delivered',
          createdAt: '',
          attempts: [{ at: '', durationMs: 0, status: 200, body: 'thanks' }],
        },
      );
      assert.deepEqual(await untilDelivery(own, `/webhooks/${id}/deliveries?status=delivered`, ends), delivery);
    },
    live,
  ),
  must(
    'HOOK-007',
    'a webhook given with a job is signed with the signing secret, for that job alone',
    async (api) => {
      const own = await ownTenant(api);
      const receiver = await startReceiver();
      const webhook = { url: receiver.url };
      const job = await own.submitEcho(1, { webhook });
      await own.submitEcho(2);
      const [got] = await receiver.until(1);
      const { secret } = (await own.call('GET', '/signing-secret')).body as { secret: string };
      if (got) assertSigned(got, secret);
      await own.end(job.id);
      receiver.stop();
      assert.deepEqual(
        receiver.got.map(({ body }) => [body.job, body.type, body.endpoint]),
        [[job.id, 'job.succeeded', job.id]],
      );
      const reader = own.as(await own.token({ scopes: ['webhooks:read'] }));
      expectProblem(await reader.call('GET', '/signing-secret'), 'forbidden');
    },
    live,
  ),
  must(
    'HOOK-008',
    'while a secret rotates, both sign',
    async (api) => {
      const own = await ownTenant(api);
      const receiver = await startReceiver();
      const { id, secret: former } = await add(own, { url: receiver.url });
      const rotated = await own.call('POST', `/webhooks/${id}/rotate-secret`, { body: { overlapSeconds: 600 } });
      const { secret, overlapUntil } = rotated.body as { secret: string; overlapUntil: string };
      assert.ok(Math.abs(Date.parse(overlapUntil) - Date.now() - 600_000) < 10_000, overlapUntil);
      await own.call('POST', `/webhooks/${id}/test`);
      const [got] = await receiver.until(1);
      if (got) for (const one of [former, secret]) assertSigned(got, one);
      const again = await own.call('POST', `/webhooks/${id}/rotate-secret`, { body: { overlapSeconds: 0 } });
      await own.call('POST', `/webhooks/${id}/test`);
      const [, second] = await receiver.until(2);
      receiver.stop();
      if (second) assertSigned(second, (again.body as { secret: string }).secret);
      assert.throws(() => second && assertSigned(second, secret));
      await eachRow([{ overlapSeconds: -1 }, { overlapSeconds: 604_801 }, { overlapSeconds: 'x' }], async (body) => {
        const answer = await own.call('POST', `/webhooks/${id}/rotate-secret`, { body });
        expectFaults(expectProblem(answer, 'invalid-input'), ['/overlapSeconds']);
      });
    },
    live,
  ),
  must(
    'HOOK-009',
    'a test event belongs to no job, and is redelivered under the same id',
    async (api) => {
      const own = await ownTenant(api);
      const receiver = await startReceiver();
      const { id, secret } = await add(own, { url: receiver.url, events: ['job.failed'] });
      const tested = await own.call('POST', `/webhooks/${id}/test`);
      assert.equal(tested.status, 202, tested.text);
      const delivery = tested.body as Delivery;
      const [got] = await receiver.until(1);
      if (got) assertSigned(got, secret);
      const { type, job, seq, prevSeq, endpoint } = got?.body ?? {};
      assert.deepEqual(
        { type, job, seq, prevSeq, endpoint },
        { type: 'webhook.test', job: null, seq: 0, prevSeq: 0, endpoint: id },
      );
      await untilDelivery(own, `/webhooks/${id}/deliveries`, ({ status }) => status === 'delivered');
      const again = await own.call('POST', `/deliveries/${delivery.id}/redeliver`);
      assert.deepEqual([again.status, (again.body as Delivery).id], [202, delivery.id]);
      await receiver.until(2);
      receiver.stop();
      assert.deepEqual(
        receiver.got.map(({ headers }) => headers['webhook-id']),
        [delivery.id, delivery.id],
      );
      await own.call('PATCH', `/webhooks/${id}`, { body: { enabled: false } });
      expectProblem(await own.call('POST', `/webhooks/${id}/test`), 'webhook-disabled');
      expectProblem(await own.call('POST', `/deliveries/${delivery.id}/redeliver`), 'webhook-disabled');
    },
    live,
  ),
  must(
    'HOOK-010',
    'what fails is tried again after about 5 s, with every attempt recorded',
    async (api) => {
      const own = await ownTenant(api);
      const receiver = await startReceiver((response, count) =>
        response.writeHead(count === 1 ? 500 : 200).end('x'.repeat(3_000)),
      );
      const { id } = await add(own, { url: receiver.url });
      await own.submitEcho(1);
      await receiver.until(2, 30_000);
      receiver.stop();
      const { attempts } = await untilDelivery(
        own,
        `/webhooks/${id}/deliveries`,
        ({ status }) => status === 'delivered',
      );
      assert.deepEqual(
        attempts.map(({ status, body }) => [status, body?.length]),
        [
          [500, 1024],
          [200, 1024],
        ],
      );
      const [first = 0, second = 0] = attempts.map(({ at }) => Date.parse(at));
      assert.ok(second - first >= 3_900, `${second - first} ms between the attempts`);
    },
    { ...live, slow: true },
  ),
  must(
    'HOOK-011',
    '410 disables the webhook, the others are told, and recover sends what failed',
    async (api) => {
      const own = await ownTenant(api);
      const gone = await startReceiver((response) => response.writeHead(410).end());
      const other = await startReceiver();
      const { id } = await add(own, { url: gone.url });
      await add(own, { url: other.url, events: ['job.canceled'] });
      const since = new Date().toISOString();
      await own.submitEcho(1);
      const [news] = await other.until(1);
      const { type, data } = news?.body ?? {};
      assert.deepEqual([type, data], ['webhook.disabled', { endpoint: id, reason: 'gone', url: gone.url }]);
      const shown = (await own.call('GET', `/webhooks/${id}`)).body as Endpoint;
      assert.deepEqual([shown.enabled, shown.disabled?.reason], [false, 'gone']);
      await untilDelivery(own, `/webhooks/${id}/deliveries?status=failed`, () => true);
      await own.call('PATCH', `/webhooks/${id}`, { body: { enabled: true, url: other.url } });
      const recovered = await own.call('POST', `/webhooks/${id}/recover`, { body: { since } });
      assert.deepEqual([recovered.status, recovered.body], [202, { count: 1 }]);
      await other.until(2);
      gone.stop();
      other.stop();
      for (const body of [{}, { since: 'yesterday' }, { since: 5 }]) {
        expectFaults(expectProblem(await own.call('POST', `/webhooks/${id}/recover`, { body }), 'invalid-input'), [
          '/since',
        ]);
      }
    },
    live,
  ),
  must(
    'HOOK-013',
    'the trace of a submit is sent on',
    async (api) => {
      const own = await ownTenant(api);
      const receiver = await startReceiver();
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await own.submit({ type: 'echo', input: { value: 1 }, webhook: { url: receiver.url } }, { traceparent });
      const [got] = await receiver.until(1);
      receiver.stop();
      assert.equal(got?.headers.traceparent, traceparent);
    },
    live,
  ),
];
