import assert from 'node:assert/strict';
import type { Endpoint } from '../../protocol/webhooks.ts';
import { type Case, eachRow, must } from './case.ts';
import { expectFaults, expectProblem } from './problem.ts';
import { addWebhook as add, ownTenant } from './webhook-receiver.ts';

const url = 'https://example.com/hook';

/** Webhook endpoints: section 10 and its shapes in section 13. */
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
        ...['http://93.184.216.34/', 'ftp://example.com/', 'https://user:pw@example.com/', 'https://93.184.216.34:22/'],
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
];
