import { createHash } from 'node:crypto';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../protocol/limits.ts';
import { type Api, apiOf } from '../contract/api.ts';
import { localTarget } from '../contract/local-target.ts';
import { ask, codeOf, dataOf } from './ask.ts';

let target: Awaited<ReturnType<typeof localTarget>>;
let api: Api;

beforeAll(async () => {
  target = await localTarget('graphql');
  api = apiOf(target);
});

const noJob = 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa';

describe('jobs', () => {
  test('submitJob and the typed submit make the jobs that REST shows', async () => {
    const made = await dataOf(
      target,
      `mutation ($input: CountdownInput!) {
        any: submitJob(type: "echo", input: { value: [1, "two", { three: null }] }, metadata: { by: "test" }) { id input metadata }
        typed: submitCountdown(input: $input, delaySeconds: 1) { id type typedInput { steps intervalMs } links { self } }
      }`,
      { variables: { input: { steps: 2, intervalMs: 0 } } },
    );
    const { any, typed } = made as Record<string, { id: string }>;
    expect(any).toMatchObject({ input: { value: [1, 'two', { three: null }] }, metadata: { by: 'test' } });
    expect(typed).toMatchObject({ type: 'countdown', typedInput: { steps: 2, intervalMs: 0 } });
    expect(await api.end(any?.id ?? '')).toMatchObject({ status: 'succeeded', metadata: { by: 'test' } });
    await api.end(typed?.id ?? '');
    const query = '{ job(id: "ID") { __typename done ... on CountdownJob { typedOutput { steps } } } }';
    expect(await dataOf(target, query.replace('ID', typed?.id ?? ''))).toEqual({
      job: { __typename: 'CountdownJob', done: true, typedOutput: { steps: 2 } },
    });
  });

  test('an idempotencyKey gives one job on REST and GraphQL alike', async () => {
    const idempotencyKey = `graphql-${Date.now()}`;
    const rest = await api.submit({ type: 'echo', input: { value: 7 } }, { 'idempotency-key': idempotencyKey });
    const query =
      'mutation ($key: String!) { submitJob(type: "echo", input: { value: 7 }, idempotencyKey: $key) { id } }';
    expect(await dataOf(target, query, { variables: { key: idempotencyKey } })).toEqual({ submitJob: { id: rest.id } });
    const other = query.replace('value: 7', 'value: 8');
    expect(await codeOf(target, other, { variables: { key: idempotencyKey } })).toBe('idempotency-mismatch');
  });

  test('cancelJob, retryJob and jobs do what their operations do', async () => {
    const { id } = await api.submit({ type: 'echo', input: { value: 1 }, delaySeconds: 600 });
    const change = (what: string) =>
      dataOf(target, `mutation { ${what}(id: "${id}") { id status links { retryOf } } }`);
    expect(await change('cancelJob')).toMatchObject({ cancelJob: { id, status: 'canceled' } });
    expect(await codeOf(target, `mutation { cancelJob(id: "${id}") { id } }`)).toBe('job-done');
    const { retryJob } = (await change('retryJob')) as { retryJob: { id: string; links: object } };
    expect(retryJob.links).toEqual({ retryOf: `${target.url}/jobs/${id}` });
    const first = await dataOf(target, '{ jobs(limit: 1, type: "echo") { items { id __typename } next } }');
    expect(first).toMatchObject({ jobs: { items: [{ id: retryJob.id, __typename: 'EchoJob' }] } });
    const { next } = first.jobs as { next: string };
    const query = 'query ($page: String) { jobs(status: "canceled", page: $page) { items { id } } }';
    expect(await dataOf(target, query, { variables: { page: next } })).toMatchObject({ jobs: {} });
  });

  test('jobTypes are those of GET /v1/types', async () => {
    const { jobTypes } = await dataOf(
      target,
      `{ jobTypes { name description ordered input output limits { timeoutSeconds memoryMb maxRuns concurrency batch
         backoffSeconds maxBackoffSeconds retentionDays } } }`,
    );
    expect(jobTypes).toEqual(((await api.call('GET', '/types')).body as { items: object[] }).items);
  });
});

describe('webhooks', () => {
  test('are made, changed, listed, tested and deleted', async () => {
    const made = await dataOf(
      target,
      'mutation { createWebhook(webhook: { url: "http://localhost:1/hook", events: ["job.*"] }) { secret webhook { id enabled events } } }',
    );
    const { webhook, secret } = made.createWebhook as { webhook: { id: string }; secret: string };
    expect(secret).toMatch(/^whsec_/);
    const id = `id: "${webhook.id}"`;
    const change = `mutation { changeWebhook(${id}, changes: { description: "Mine" }) { description } }`;
    expect(await dataOf(target, change)).toEqual({ changeWebhook: { description: 'Mine' } });
    const test = `mutation { testWebhook(${id}) { id endpoint type job } rotateWebhookSecret(${id}) { secret } }`;
    expect(await dataOf(target, test)).toMatchObject({
      testWebhook: { endpoint: webhook.id, type: 'webhook.test', job: null },
      rotateWebhookSecret: { secret: expect.stringMatching(/^whsec_/) },
    });
    const list = `{ webhooks { items { id description } } deliveries(webhook: "${webhook.id}") { items { type } } }`;
    expect(await dataOf(target, list)).toEqual({
      webhooks: { items: [{ id: webhook.id, description: 'Mine' }] },
      deliveries: { items: [{ type: 'webhook.test' }] },
    });
    expect(await dataOf(target, `mutation { deleteWebhook(${id}) }`)).toEqual({ deleteWebhook: true });
    expect(await codeOf(target, `{ webhook(${id}) { id } }`)).toBe('not-found');
  });

  test('deliveries need a webhook or a job, and not both', async () => {
    expect(await codeOf(target, '{ deliveries { next } }')).toBe('not-found');
    expect(await codeOf(target, '{ deliveries(webhook: "a", job: "b") { next } }')).toBe('invalid-query');
  });
});

describe('refusals', () => {
  test.each([
    ['a job that is not there', `{ job(id: "${noJob}") { id } }`, 'not-found'],
    [
      'an input against its schema',
      'mutation { submitJob(type: "countdown", input: { steps: 0 }) { id } }',
      'invalid-input',
    ],
    ['an unknown type', 'mutation { submitJob(type: "nothing", input: 1) { id } }', 'unknown-type'],
    ['a limit out of bounds', '{ jobs(limit: 101) { next } }', 'invalid-query'],
    ['a status that is none', '{ jobs(status: "gone") { next } }', 'invalid-query'],
    ['a page that is none', '{ jobs(page: "%") { next } }', 'invalid-query'],
    [
      'a webhook that is not public',
      'mutation { createWebhook(webhook: { url: "ftp://a" }) { secret } }',
      'invalid-input',
    ],
    ['an unknown field', '{ nothing }', 'invalid-document'],
    ['a syntax error', '{ job(', 'invalid-document'],
    ['a variable that is missing', 'query ($id: ID!) { job(id: $id) { id } }', 'invalid-document'],
    ['two operations and no name', 'query A { __typename } query B { __typename }', 'invalid-document'],
  ])('%s: its code stands in extensions', async (_, query, code) => {
    const { errors } = await ask(target, query);
    expect(errors?.[0]?.extensions).toMatchObject({
      code,
      requestId: expect.any(String),
      retryable: expect.any(Boolean),
    });
  });

  test('every wrong field of an input is pointed at', async () => {
    const { errors } = await ask(
      target,
      'mutation { submitJob(type: "countdown", input: { steps: 0, intervalMs: -1 }) { id } }',
    );
    const pointers = errors?.[0]?.extensions.errors?.map(({ pointer }) => pointer);
    expect(pointers?.toSorted()).toEqual(['/input/intervalMs', '/input/steps']);
  });

  test("another tenant's job does not exist", async () => {
    const { id } = await api.submitEcho(1);
    const credential = target.otherKey;
    for (const query of [
      `{ job(id: "${id}") { id } }`,
      `mutation { cancelJob(id: "${id}") { id } }`,
      `mutation { retryJob(id: "${id}") { id } }`,
      `{ deliveries(job: "${id}") { next } }`,
    ])
      expect(await codeOf(target, query, { credential }), query).toBe('not-found');
  });

  test('scopes hold field by field, and the other fields are answered', async () => {
    const { key } = await target.keys.make({ tenant: `reader-${Date.now()}`, scopes: ['jobs:read'] });
    const { data, errors } = await ask(target, '{ jobs { items { id } } webhooks { items { id } } }', {
      credential: key,
    });
    expect(errors).toMatchObject([{ path: ['webhooks'], extensions: { code: 'forbidden', status: 403 } }]);
    expect(data).toBeNull();
    expect(
      await codeOf(target, 'mutation { submitJob(type: "echo", input: { value: 1 }) { id } }', { credential: key }),
    ).toBe('forbidden');
  });

  test('a token of one job opens that job alone', async () => {
    const { id } = await api.submitEcho(1);
    const credential = await api.token({ job: id });
    expect(await dataOf(target, `{ job(id: "${id}") { id } }`, { credential })).toEqual({ job: { id } });
    expect(await codeOf(target, `{ job(id: "${noJob}") { id } }`, { credential })).toBe('forbidden');
    expect(await codeOf(target, '{ jobs { next } }', { credential })).toBe('forbidden');
  });

  test('without a credential there is a problem document with 401', async () => {
    const answer = await api.call('POST', '/graphql', { body: { query: '{ __typename }' }, credential: null });
    expect(answer.status).toBe(401);
  });

  test.each([
    ['a batch', [{ query: '{ __typename }' }]],
    ['no document', {}],
    ['a document that is no text', { query: {} }],
    ['variables that are no object', { query: '{ __typename }', variables: 'x' }],
    ['a hash that is none', { documentId: 'x' }],
  ])('%s is 400', async (_, body) => {
    const answer = await api.call('POST', '/graphql', { body });
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([400, 'invalid-document']);
  });

  test('GET is 405, and a subscription is told where to go', async () => {
    expect((await api.call('GET', '/graphql?query=%7B__typename%7D')).status).toBe(405);
    for (const [accept, expected] of [
      ['application/graphql-response+json', 400],
      ['application/json', 200],
    ] as const) {
      const query = 'subscription { jobEvents(id: "x") { seq } }';
      const { status, mediaType, errors } = await ask(target, query, { headers: { accept } });
      expect([status, mediaType]).toEqual([expected, `${accept}; charset=utf-8`]);
      expect(errors).toMatchObject([{ extensions: { code: 'invalid-document', requestId: expect.any(String) } }]);
      expect(errors?.[0]?.message).toContain('/v1/graphql/stream');
    }
  });
});

describe('limits', () => {
  const many = (count: number, make: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => make(index));

  test.each([
    [
      'too many aliases',
      `{ ${many(limits.maxGraphqlAliases + 1, (index) => `a${index}: __typename`).join(' ')} }`,
      'document-too-costly',
    ],
    [
      'too costly pages',
      `{ ${many(9, (index) => `a${index}: jobs(limit: 100) { items { id type status done seq run } }`).join(' ')} }`,
      'document-too-costly',
    ],
    [
      'too costly pages by a variable',
      `query ($l: Int) { ${many(9, (index) => `a${index}: jobs(limit: $l) { items { id type status done seq run } }`).join(' ')} }`,
      'document-too-costly',
    ],
    ['too many tokens', `{ ${'__typename '.repeat(limits.maxGraphqlTokens)} }`, 'invalid-document'],
    [
      'fragments that double at every level',
      `{ jobs { items { ...F0 } } } ${many(40, (index) => `fragment F${index} on Job { ...F${index + 1} ... on Job { ...F${index + 1} } }`).join(' ')} fragment F40 on Job { id }`,
      'document-too-costly',
    ],
    [
      'introspection within introspection',
      `{ __schema { types { ${'fields { type { '.repeat(8)} name ${'} }'.repeat(8)} } } }`,
      'invalid-document',
    ],
  ])('%s is refused', async (_, query, code) => {
    const startMs = performance.now();
    const { status, errors } = await ask(target, query, { headers: { accept: 'application/graphql-response+json' } });
    expect([status, errors?.[0]?.extensions.code]).toEqual([400, code]);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  test('the largest page of whole jobs is allowed, and so is the introspection of GraphiQL', async () => {
    await dataOf(
      target,
      '{ jobs(limit: 100) { items { id type status done seq run maxRuns output error { code message } progress { percent } createdAt finishedAt links { self events } } next } }',
    );
    const shown = await dataOf(target, getIntrospectionQuery());
    const schema = buildClientSchema(shown as unknown as IntrospectionQuery);
    expect(Object.keys(schema.getSubscriptionType()?.getFields() ?? {})).toEqual(['jobEvents']);
    expect(String(schema.getMutationType()?.getFields().submitCsvProfile?.args[0]?.type)).toBe('CsvProfileInput!');
  });
});

describe('persisted documents', () => {
  const query = `{ jobs(limit: 2) { next } } # ${Date.now()}`;
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };

  test('are asked for, taken once, and known by their hash from then on', async () => {
    const unknown = await ask(target, undefined, { body: { extensions } });
    expect(unknown).toMatchObject({
      status: 200,
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'unknown-document' } }],
    });
    expect(await ask(target, query, { body: { extensions } })).toMatchObject({ status: 200, data: { jobs: {} } });
    // Another environment of the function may not know it, and says so.
    const again = await ask(target, undefined, { body: { documentId: `sha256:${sha256Hash}` } });
    const isKnown = again.errors === undefined;
    expect(again).toMatchObject(isKnown ? { data: { jobs: {} } } : { errors: [{ message: 'PersistedQueryNotFound' }] });
  });

  test('are refused under the hash of another', async () => {
    expect(await codeOf(target, `${query} `, { body: { extensions } })).toBe('invalid-document');
  });
});
