import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { type Case, eachRow, must, should } from './case.ts';
import { expectJob, expectPage } from './expect.ts';
import { expectProblem } from './problem.ts';

const someKey = `jw_local_${'A'.repeat(43)}`;
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** API keys: section 3. */
export const credentialCases: Case[] = [
  must('CREDENTIAL-001', 'a good key opens', async ({ call }) => {
    expectPage(await call('GET', '/jobs?limit=1'));
  }),
  must('CREDENTIAL-002', 'a bad credential is 401 with WWW-Authenticate: Bearer', async ({ call, target }) => {
    const rows = [
      someKey,
      'x',
      'null',
      '{}',
      `${target.key}x`,
      target.key.slice(0, -1),
      target.key.toUpperCase(),
      `${target.key},${target.key}`,
      `${target.key} ${target.key}`,
      'jw_local_',
      'a.b.c',
      '..',
      `${base64url({ alg: 'none', typ: 'JWT' })}.${base64url({ sub: 'local', exp: 9e9 })}.`,
      'x'.repeat(5000),
      "' or 1=1 --",
    ];
    await eachRow(rows, async (credential) => {
      expectProblem(await call('GET', '/jobs', { credential }), 'unauthorized');
    });
  }),
  must('CREDENTIAL-003', 'another scheme than Bearer is 401', async ({ call, target }) => {
    const basic = `Basic ${Buffer.from(`user:${target.key}`).toString('base64')}`;
    await eachRow(
      [basic, target.key, `Token ${target.key}`, 'Bearer', 'Bearer ', `Bearer${target.key}`],
      async (authorization) => {
        expectProblem(await call('GET', '/jobs', { credential: null, headers: { authorization } }), 'unauthorized');
      },
    );
  }),
  should('CREDENTIAL-004', 'the scheme is told in any case (RFC 9110, 11.1)', async ({ call, target }) => {
    await eachRow(['bearer', 'BEARER'], async (scheme) => {
      const headers = { authorization: `${scheme} ${target.key}` };
      expectPage(await call('GET', '/jobs?limit=1', { credential: null, headers }));
    });
  }),
  must('CREDENTIAL-005', 'a key in the query is refused everywhere', async ({ call, target }) => {
    const query = `access_token=${target.key}`;
    const rows = [
      '/jobs',
      '/types',
      '/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa',
      '/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa/events',
    ];
    await eachRow(rows, async (path) => {
      expectProblem(await call('GET', `${path}?${query}`, { credential: null }), 'unauthorized');
    });
  }),
  must(
    'CREDENTIAL-006',
    'a good credential beside a key in the query: the key is not used',
    async ({ call, target }) => {
      const narrow = await call('POST', '/tokens', { body: { scopes: ['jobs:read'] } });
      const { token } = narrow.body as { token: string };
      const answer = await call('POST', `/jobs?access_token=${target.key}`, { credential: token, body: {} });
      assert.ok([401, 403].includes(answer.status), answer.text);
    },
  ),
  must(
    'CREDENTIAL-007',
    'a narrow key is 403 beyond its scopes, and detail names the scope',
    async ({ target, as }) => {
      const { key } = await made(target, { tenant: `narrow-${Date.now()}`, scopes: ['jobs:read'] });
      const { call } = as(key);
      expectPage(await call('GET', '/jobs'));
      const rows = [
        { method: 'POST', path: '/jobs', scope: 'jobs:write' },
        { method: 'POST', path: '/jobs/batch', scope: 'jobs:write' },
        { method: 'POST', path: '/uploads', scope: 'jobs:write' },
        { method: 'POST', path: '/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa/cancel', scope: 'jobs:write' },
        { method: 'POST', path: '/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa/retry', scope: 'jobs:write' },
        { method: 'GET', path: '/dead-letters', scope: 'admin' },
        { method: 'POST', path: '/dead-letters/redrive', scope: 'admin' },
        { method: 'DELETE', path: '/dead-letters', scope: 'admin' },
        { method: 'POST', path: '/webhooks', scope: 'webhooks:write' },
        { method: 'GET', path: '/webhooks', scope: 'webhooks:read' },
        { method: 'GET', path: '/webhooks/x', scope: 'webhooks:read' },
        { method: 'PATCH', path: '/webhooks/x', scope: 'webhooks:write' },
        { method: 'DELETE', path: '/webhooks/x', scope: 'webhooks:write' },
        { method: 'POST', path: '/webhooks/x/rotate-secret', scope: 'webhooks:write' },
        { method: 'POST', path: '/webhooks/x/test', scope: 'webhooks:write' },
        { method: 'POST', path: '/webhooks/x/recover', scope: 'webhooks:write' },
        { method: 'GET', path: '/webhooks/x/deliveries', scope: 'webhooks:read' },
        { method: 'GET', path: '/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa/deliveries', scope: 'webhooks:read' },
        { method: 'POST', path: '/deliveries/x/redeliver', scope: 'webhooks:write' },
        { method: 'GET', path: '/signing-secret', scope: 'webhooks:write' },
        { method: 'POST', path: '/signing-secret/rotate', scope: 'webhooks:write' },
      ];
      await eachRow(rows, async ({ method, path, scope }) => {
        const problem = expectProblem(await call(method, path, method === 'POST' ? { body: {} } : {}), 'forbidden');
        assert.ok(problem.detail.includes(scope), problem.detail);
      });
    },
    { makeKey: true },
  ),
  must(
    'CREDENTIAL-008',
    'a key that writes only may not read',
    async ({ target, as }) => {
      const { key } = await made(target, {
        tenant: `writer-${Date.now()}`,
        scopes: ['jobs:write', 'webhooks:write'],
      });
      const { call } = as(key);
      const job = expectJob(await call('POST', '/jobs', { body: { type: 'echo', input: { value: 1 } } }), 202);
      const jobPaths = ['/jobs', `/jobs/${job.id}`, `/jobs/${job.id}/events`, `/jobs/${job.id}/events/1`, '/types'];
      const webhookPaths = ['/webhooks', '/webhooks/x', '/webhooks/x/deliveries', `/jobs/${job.id}/deliveries`];
      await eachRow([...jobPaths, ...webhookPaths], async (path) => {
        expectProblem(await call('GET', path), 'forbidden');
      });
    },
    { makeKey: true, types: ['echo'] },
  ),
  must(
    'CREDENTIAL-009',
    'a revoked key, and each token asked for with it, is refused within 60 s',
    async ({ target, as }) => {
      const tenant = `revoked-${Date.now()}`;
      const { id, key } = await made(target, { tenant });
      const token = await as(key).token({});
      for (const credential of [key, token]) expectPage(await as(credential).call('GET', '/jobs'));
      await target.keys?.revoke(id);
      const endMs = Date.now() + 62_000;
      await eachRow(['key', 'token'], async (kind) => {
        const { call } = as(kind === 'key' ? key : token);
        let answer = await call('GET', '/jobs');
        for (; answer.status !== 401 && Date.now() < endMs; answer = await call('GET', '/jobs')) await pause(1000);
        expectProblem(answer, 'unauthorized');
      });
    },
    { makeKey: true, slow: true },
  ),
  must(
    'CREDENTIAL-010',
    'a tenant over its rate is told 429 with Retry-After, RateLimit-Policy and RateLimit',
    async ({ target, as }) => {
      const { key } = await made(target, { tenant: `limited-${Date.now()}`, jobsPerWindow: 5 });
      const { call } = as(key);
      for (let sent = 0; sent < 400; sent += 1) {
        const answer = await call('POST', '/jobs', { body: { type: 'echo', input: { value: sent } } });
        if (answer.status === 202) continue;
        expectProblem(answer, 'rate-limited');
        const seconds = Number(answer.headers.get('retry-after'));
        assert.ok(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60, `Retry-After ${seconds}`);
        assert.match(answer.headers.get('ratelimit-policy') ?? '', /^"[\w-]+";q=5;w=\d+/);
        assert.match(answer.headers.get('ratelimit') ?? '', /^"[\w-]+";r=0;t=\d+/);
        assert.ok(sent >= 5, `refused after ${sent} jobs`);
        expectPage(await call('GET', '/jobs'));
        return;
      }
      assert.fail('400 jobs were taken from a tenant that may submit 5');
    },
    { makeKey: true, types: ['echo'] },
  ),
  should(
    'CREDENTIAL-011',
    'a submit tells how much of the rate is left',
    async ({ call }) => {
      const answer = await call('POST', '/jobs', { body: { type: 'echo', input: { value: 1 } } });
      assert.match(answer.headers.get('ratelimit-policy') ?? '', /^"[\w-]+";q=\d+;w=\d+/);
      assert.match(answer.headers.get('ratelimit') ?? '', /^"[\w-]+";r=\d+;t=\d+/);
    },
    { types: ['echo'] },
  ),
];

type Keys = NonNullable<import('./target.ts').Target['keys']>;

async function made(target: { keys?: Keys | undefined }, request: Parameters<Keys['make']>[0]) {
  if (!target.keys) throw new Error('Cannot make a key: the target has no way to, the case must say that it needs one');
  return await target.keys.make(request);
}
