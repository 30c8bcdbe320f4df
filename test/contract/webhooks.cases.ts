import assert from 'node:assert/strict';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import type { Delivery, Endpoint } from '../../protocol/webhooks.ts';
import type { Api } from './api.ts';
import { type Case, eachRow, must } from './case.ts';
import { expectFaults, expectProblem } from './problem.ts';
import { type Got, startReceiver, untilDelivery } from './webhook-receiver.ts';

type WithSecret = Endpoint & { secret: string };

const url = 'https://example.com/hook';
const live = { types: ['echo'], receiver: true, makeKey: true };

async function add(api: Api, body: Record<string, unknown>): Promise<WithSecret> {
  const answer = await api.call('POST', '/webhooks', { body });
  assert.equal(answer.status, 201, answer.text);
  return answer.body as WithSecret;
}

/** A tenant of the case's own, so that nobody else's events come in between. */
async function ownTenant(api: Api): Promise<Api> {
  const made = await api.target.keys?.make({ tenant: `hooks-${crypto.randomUUID()}` });
  return api.as(made?.key ?? '');
}

function assertSigned({ text, headers }: Got, secret: string): void {
  for (const Webhook of [StandardWebhook, SvixWebhook])
    new Webhook(secret).verify(text, headers as Record<string, string>);
}

/** Section 10 and its shapes in section 13. */
export const webhookCases: Case[] = [
  must(
    'HOOK-001',
    'a webhook is made, shown, listed, changed and deleted; its secret is shown once',
    async (api) => {
      const made = await add(api, { url, description: 'mine', headers: { 'X-A': 'b' }, types: ['echo'] });
      const { secret, ...shown } = made;
      assert.match(secret, /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/);
      assert.deepEqual([...shown.events].sort(), ['job.canceled', 'job.failed', 'job.succeeded', 'job.timed-out']);
      assert.equal(shown.enabled, true);
      const read = await api.call('GET', `/webhooks/${made.id}`);
      assert.deepEqual([read.status, read.body], [200, shown]);
      const listed = await api.call('GET', '/webhooks?limit=100');
      assert.ok((listed.body as { items: Endpoint[] }).items.some(({ id }) => id === made.id));
      assert.ok(!listed.text.includes('whsec_') && !read.text.includes('whsec_'));
      const body = { enabled: false, events: ['job.*'], description: null, headers: null };
      const changed = await api.call('PATCH', `/webhooks/${made.id}`, { body });
      const { description: _d, headers: _h, ...kept } = shown;
      assert.deepEqual([changed.status, changed.body], [200, { ...kept, enabled: false, events: ['job.*'] }]);
      assert.equal((await api.call('DELETE', `/webhooks/${made.id}`)).status, 204);
      expectProblem(await api.call('GET', `/webhooks/${made.id}`), 'not-found');
      expectProblem(await api.call('DELETE', `/webhooks/${made.id}`), 'not-found');
    },
    { types: ['echo'] },
  ),
  must('HOOK-002', 'a webhook of a wrong form is refused, each fault pointed at', async ({ call }) => {
    const rows: [Record<string, unknown>, string[]][] = [
      [{}, ['/url']],
      [{ url: 5 }, ['/url']],
      [{ url, events: [] }, ['/events']],
      [{ url, events: ['job.progress', 'job.*', 'job.output'] }, ['/events/0', '/events/2']],
      [{ url, types: ['no-such-type'] }, ['/types/0']],
      [{ url, enabled: 'yes', description: 5 }, ['/enabled', '/description']],
      [
        { url, headers: { 'Webhook-Id': 'x', Host: 'x', 'Content-Type': 'x' } },
        ['/headers/Webhook-Id', '/headers/Host', '/headers/Content-Type'],
      ],
      [{ url, headers: { 'a b': 'x', ok: 'a\r\nb: c' } }, ['/headers/a b', '/headers/ok']],
      [{ url, secret: 'x' }, ['/secret']],
    ];
    await eachRow(rows, async ([body, places]) => {
      expectFaults(expectProblem(await call('POST', '/webhooks', { body }), 'invalid-input'), places);
    });
  }),
  must(
    'HOOK-003',
    'an address that must not be called is refused, with a webhook and with a job',
    async ({ call }) => {
      const rows = [
        ...['http://example.com/', 'ftp://example.com/', 'https://user:pw@example.com/', 'https://example.com:22/'],
        ...[
          'https://10.0.0.1/',
          'https://169.254.169.254/latest/',
          'https://[::ffff:10.0.0.1]/',
          'https://0x0a000001/',
        ],
        ...[
          'https://[64:ff9b::a00:1]/',
          'https://100.64.0.1/',
          'https://[fd00::1]/',
          'https://metadata.google.internal/',
        ],
      ];
      await eachRow(rows, async (address) => {
        expectFaults(expectProblem(await call('POST', '/webhooks', { body: { url: address } }), 'invalid-input'), [
          '/url',
        ]);
        const body = { type: 'echo', input: { value: 1 }, webhook: { url: address } };
        expectFaults(expectProblem(await call('POST', '/jobs', { body }), 'invalid-input'), ['/webhook/url']);
      });
    },
    { types: ['echo'] },
  ),
  must('HOOK-004', 'a name that does not resolve is accepted', async (api) => {
    const { id } = await add(api, { url: 'https://no-such-name.invalid/hook' });
    await api.call('DELETE', `/webhooks/${id}`);
  }),
  must(
    'HOOK-005',
    'a tenant has at most 50 webhooks',
    async (api) => {
      const own = await ownTenant(api);
      for (let n = 0; n < 50; n += 1) await add(own, { url: `${url}/${n}` });
      expectProblem(await own.call('POST', '/webhooks', { body: { url } }), 'too-many-webhooks');
      const pages: Endpoint[] = [];
      for (let page: string | undefined = ''; page !== undefined; ) {
        const { body } = await own.call('GET', `/webhooks?limit=20${page && `&page=${page}`}`);
        const { items, next } = body as { items: Endpoint[]; next?: string };
        pages.push(...items);
        page = next;
      }
      assert.equal(new Set(pages.map(({ id }) => id)).size, 50);
    },
    { makeKey: true },
  ),
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
      await own.call('POST', `/webhooks/${id}/rotate-secret`, { body: { overlapSeconds: 0 } });
      await own.call('POST', `/webhooks/${id}/test`);
      const [, second] = await receiver.until(2);
      receiver.stop();
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
      assert.equal(news?.body.type, 'webhook.disabled');
      assert.equal((news?.body.data as { endpoint: string }).endpoint, id);
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
  must('HOOK-012', 'lists of deliveries refuse a bad query', async (api) => {
    const { id } = await add(api, { url });
    await eachRow(['status=queued', 'limit=0', 'page=nope', 'after=1'], async (query) => {
      const answer = await api.call('GET', `/webhooks/${id}/deliveries?${query}`);
      expectFaults(expectProblem(answer, 'invalid-query'), [query.split('=')[0] ?? '']);
    });
    await api.call('DELETE', `/webhooks/${id}`);
    for (const path of ['/deliveries/dlv_x/redeliver', '/deliveries/x/redeliver'])
      expectProblem(await api.call('POST', path), 'not-found');
  }),
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
