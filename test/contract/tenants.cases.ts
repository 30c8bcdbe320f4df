import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Operation, routes } from '../../protocol/routes.ts';
import type { Answer, Api } from './api.ts';
import { type Case, must } from './case.ts';
import { untilListed } from './dead-letters.cases.ts';
import { expectJob, expectPage } from './expect.ts';
import { deadJob } from './outcomes.cases.ts';

/** What belongs to the first tenant, and the second one tries to reach. */
interface Estate {
  job: string;
  done: string;
  upload: string;
  page: string;
  /** Where the service has webhooks. */
  webhook: string;
  delivery: string;
}

type Attempt = (other: Api, estate: Estate) => Promise<Answer>;

/** The same kinds of ids, of what never was. */
const unknownLike = ({ upload }: Estate): Estate => ({
  job: 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa',
  done: 'job_bbbbbbbbbbbbbbbbbbbbbbbbbb',
  upload: upload.replace(/[a-z2-7]{20}/, 'c'.repeat(20)),
  page: 'nope',
  webhook: 'nope',
  delivery: 'nope',
});
const none = null;

/** How another tenant tries to reach the estate on each route; null where a route names no resource, or a list (below). */
const attempts: Record<string, Attempt | null> = {
  describeService: none,
  checkHealth: none,
  getOpenApi: none,
  getAsyncApi: none,
  describeProblem: none,
  listTypes: none,
  createUpload: none,
  issueToken: ({ call }, { job }) => call('POST', '/tokens', { body: { job } }),
  submitJob: ({ call }, { upload }) => call('POST', '/jobs', { body: { type: 'echo', input: { value: upload } } }),
  submitBatch: ({ call }, { upload }) =>
    call('POST', '/jobs/batch', { body: { jobs: [{ type: 'echo', input: { value: upload } }] } }),
  listJobs: none,
  getJob: ({ call }, { job }) => call('GET', `/jobs/${job}`),
  cancelJob: ({ call }, { job }) => call('POST', `/jobs/${job}/cancel`),
  retryJob: ({ call }, { done }) => call('POST', `/jobs/${done}/retry`),
  listEvents: ({ call }, { job }) => call('GET', `/jobs/${job}/events`),
  getEvent: ({ call }, { job }) => call('GET', `/jobs/${job}/events/1`),
  listDeadLetters: none,
  redriveDeadLetters: ({ call }, { done }) => call('POST', '/dead-letters/redrive', { body: { jobs: [done] } }),
  clearDeadLetters: none,
  createWebhook: none,
  listWebhooks: none,
  getWebhook: ({ call }, { webhook }) => call('GET', `/webhooks/${webhook}`),
  changeWebhook: ({ call }, { webhook }) => call('PATCH', `/webhooks/${webhook}`, { body: { enabled: false } }),
  deleteWebhook: ({ call }, { webhook }) => call('DELETE', `/webhooks/${webhook}`),
  rotateWebhookSecret: ({ call }, { webhook }) => call('POST', `/webhooks/${webhook}/rotate-secret`, { body: {} }),
  testWebhook: ({ call }, { webhook }) => call('POST', `/webhooks/${webhook}/test`),
  recoverWebhook: ({ call }, { webhook }) =>
    call('POST', `/webhooks/${webhook}/recover`, { body: { since: new Date(0).toISOString() } }),
  listDeliveries: ({ call }, { webhook }) => call('GET', `/webhooks/${webhook}/deliveries`),
  listJobDeliveries: ({ call }, { job }) => call('GET', `/jobs/${job}/deliveries`),
  redeliver: ({ call }, { delivery }) => call('POST', `/deliveries/${delivery}/redeliver`),
  getSigningSecret: none,
  rotateSigningSecret: none,
  executeGraphql: ({ call }, { job }) =>
    call('POST', '/graphql', { body: { query: '{ job(id: "ID") { id status } }'.replace('ID', job) } }),
  streamGraphql: ({ call }, { job }) =>
    call('POST', '/graphql/stream', {
      body: { query: subscription(job) },
      headers: { accept: 'text/event-stream' },
    }),
  openGraphqlStream: ({ call }, { job }) =>
    call('GET', `/graphql/stream?query=${encodeURIComponent(subscription(job))}`, {
      headers: { accept: 'text/event-stream' },
    }),
};

const subscription = (job: string) => `subscription { jobEvents(id: "${job}") { seq type } }`;

const isPath = (operation: Operation) => routes[operation].path.includes('{id}');

function estateOf(api: Api): Promise<Estate> {
  return api.once('estate', async () => {
    const job = await api.submitEcho('mine', { delaySeconds: 600 });
    const done = await api.submitEcho('mine', { delaySeconds: 600 });
    expectJob(await api.call('POST', `/jobs/${done.id}/cancel`), 200);
    const { upload } = (await api.call('POST', '/uploads', { body: { bytes: 4 } })).body as { upload: string };
    await api.submitEcho('mine');
    const { next = '' } = expectPage(await api.call('GET', '/jobs?limit=1'));
    return { job: job.id, done: done.id, upload, page: next, ...(await webhookOf(api)) };
  });
}

async function webhookOf({ call }: Api): Promise<Pick<Estate, 'webhook' | 'delivery'>> {
  if (!('createWebhook' in routes)) return { webhook: '', delivery: '' };
  const created = await call('POST', '/webhooks', { body: { url: 'https://no-such-name.invalid/hook' } });
  const { id: webhook } = created.body as { id: string };
  const tested = await call('POST', `/webhooks/${webhook}/test`);
  return { webhook, delivery: (tested.body as { id: string }).id };
}

/** What an answer says, without what differs from request to request. */
function shape({ status, text, headers }: Answer, estate: Estate): unknown {
  const known = Object.values(estate).filter((part) => part !== '');
  const body = known
    .reduce((rest, part) => rest.replaceAll(part, '<part>'), text)
    .replaceAll(/job_[a-z2-7]{26}/g, '<job>')
    .replaceAll(/"requestId":"[^"]*"/g, '"requestId":"..."')
    .replaceAll(/"(token|expiresAt|createdAt)":"[^"]*"/g, '"$1":"..."');
  return { status, body, type: headers.get('content-type'), etag: headers.has('etag') };
}

function otherOf({ as, target }: Api): Api {
  return as(target.otherKey ?? '');
}

const caseOf = (operation: Operation): Case => {
  const attempt = attempts[operation];
  const { method, path } = routes[operation];
  return must(
    `TENANT-${operation}`,
    `${method} ${path}: another tenant's is answered like one that never was`,
    async (api) => {
      const estate = await estateOf(api);
      const other = otherOf(api);
      if (!attempt) return;
      const unknown = unknownLike(estate);
      const [real, random] = [await attempt(other, estate), await attempt(other, unknown)];
      if (isPath(operation)) assert.equal(real.status, 404, real.text);
      assert.deepEqual(shape(real, estate), shape(random, unknown));
      assert.equal(expectJob(await api.call('GET', `/jobs/${estate.job}`), 200).status, 'queued');
    },
    { otherKey: true, types: ['echo'] },
  );
};

/** Two tenants, on every route: sections 1 and 3. */
export const tenantCases: Case[] = [
  ...(Object.keys(routes) as Operation[]).filter((operation) => attempts[operation]).map(caseOf),
  must('TENANT-000', 'every route has its attempt in this table', async () => {
    const missing = Object.keys(routes).filter((operation) => attempts[operation] === undefined);
    assert.deepEqual(missing, []);
  }),
  must(
    'TENANT-001',
    "a list holds no other tenant's jobs",
    async (api) => {
      const estate = await estateOf(api);
      const ids = expectPage(await otherOf(api).call('GET', '/jobs?limit=100')).items.map(({ id }) => id);
      assert.ok(!ids.includes(estate.job) && !ids.includes(estate.done));
    },
    { otherKey: true, types: ['echo'] },
  ),
  must(
    'TENANT-002',
    'an Idempotency-Key of one tenant says nothing to another',
    async (api) => {
      const headers = { 'idempotency-key': randomUUID() };
      const mine = await api.call('POST', '/jobs', { body: { type: 'echo', input: { value: 'mine' } }, headers });
      const others = await otherOf(api).call('POST', '/jobs', {
        body: { type: 'echo', input: { value: 'other' } },
        headers,
      });
      assert.notEqual(expectJob(mine, 202).id, expectJob(others, 202).id);
      assert.notEqual(others.headers.get('idempotency-replayed'), 'true');
    },
    { otherKey: true, types: ['echo'] },
  ),
  must(
    'TENANT-003',
    "a token for another tenant's job opens nothing",
    async (api) => {
      const { job } = await estateOf(api);
      const answer = await otherOf(api).call('POST', '/tokens', { body: { job } });
      if (answer.status !== 201) return;
      const { call } = api.as((answer.body as { token: string }).token);
      for (const path of [`/jobs/${job}`, `/jobs/${job}/events`, `/jobs/${job}/events/1`]) {
        assert.ok([403, 404].includes((await call('GET', path)).status), path);
      }
      assert.ok([403, 404].includes((await call('POST', `/jobs/${job}/cancel`)).status));
    },
    { otherKey: true, types: ['echo'] },
  ),
  must(
    'TENANT-004',
    "another tenant's finished upload cannot be used",
    async (api) => {
      const { upload, url, headers, method } = (await api.call('POST', '/uploads', { body: { bytes: 4 } })).body as {
        upload: string;
        url: string;
        headers: Record<string, string>;
        method: string;
      };
      const stored = await fetch(url, { method, headers, body: 'a\n1\n' });
      assert.equal(stored.status, 200, await stored.text());
      const body = { type: 'echo', input: { value: upload } };
      const answer = await otherOf(api).call('POST', '/jobs', { body });
      assert.equal(answer.status, 422, answer.text);
      assert.equal((await api.call('POST', '/jobs', { body })).status, 202);
    },
    { otherKey: true, types: ['echo'] },
  ),
  must(
    'TENANT-005',
    "clearing dead letters leaves another tenant's as they are",
    async (api) => {
      const { id } = await deadJob(api);
      await untilListed(api, id, true);
      assert.equal((await otherOf(api).call('DELETE', '/dead-letters')).status, 200);
      await pause(1000);
      await untilListed(api, id, true);
    },
    { otherKey: true, types: ['crash'], slow: true },
  ),
  must(
    'TENANT-006',
    'a wait for another tenant’s job ends at once',
    async (api) => {
      const { job } = await estateOf(api);
      const startMs = performance.now();
      for (const path of [`/jobs/${job}`, `/jobs/${job}/events`]) {
        assert.equal((await otherOf(api).call('GET', path, { headers: { prefer: 'wait=20' } })).status, 404);
      }
      assert.ok(performance.now() - startMs < 18_000);
    },
    { otherKey: true, types: ['echo'] },
  ),
  must(
    'TENANT-007',
    "a page of one tenant's list shows another only its own",
    async (api) => {
      const { page, job, done } = await estateOf(api);
      for (const list of ['/jobs', '/dead-letters']) {
        const { status, text } = await otherOf(api).call('GET', `${list}?limit=100&page=${encodeURIComponent(page)}`);
        assert.ok([200, 400].includes(status), `${status}`);
        assert.ok(!text.includes(job) && !text.includes(done), text);
      }
    },
    { otherKey: true, types: ['echo'] },
  ),
];
