import assert from 'node:assert/strict';
import { serverAudits } from 'graphql-http';
import type { Api } from './api.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { expectProblem } from './problem.ts';

interface Result {
  data?: Record<string, Record<string, unknown> | null> | null;
  errors?: { message: string; extensions: { code: string; status: number } }[];
}

const echo = { types: ['echo'] };

async function execute(api: Api, query: string, variables: object = {}): Promise<Result> {
  const answer = await api.call('POST', '/graphql', { body: { query, variables } });
  assert.equal(answer.status, 200, answer.text);
  return answer.body as Result;
}

/** The results that a stream tells until it is complete. */
async function streamed({ call }: Api, query: string, variables: object = {}): Promise<Result[]> {
  const headers = { accept: 'text/event-stream' };
  const answer = await call('POST', '/graphql/stream', { body: { query, variables }, headers });
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.match(answer.text, /event: complete\ndata: \n\n$/);
  return [...answer.text.matchAll(/^event: next\ndata: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
}

async function audit({ target: { url, key } }: Api, level: string): Promise<void> {
  const fetchFn = (address: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${key}`);
    return fetch(address, { ...init, headers });
  };
  const audits = serverAudits({ url: `${url}/graphql`, fetchFn }).filter(({ name }) => name.startsWith(level));
  assert.ok(audits.length > 10, `there are ${audits.length} audits`);
  await eachRow(audits, async ({ id, name, fn }) => {
    const result = await fn();
    assert.equal(result.status, 'ok', `${id} ${name}: ${'reason' in result ? result.reason : ''}`);
  });
}

const log = 'subscription ($id: ID!, $after: Int) { jobEvents(id: $id, after: $after) { seq type data } }';

/** Section 11. Its WebSocket side is held to the same log as every other channel by the channels' own suite. */
export const graphqlCases: Case[] = [
  must('GRAPHQL-001', 'every MUST of the audits of GraphQL over HTTP', (api) => audit(api, 'MUST')),
  should('GRAPHQL-002', 'every SHOULD of the audits of GraphQL over HTTP', (api) => audit(api, 'SHOULD')),
  must(
    'GRAPHQL-003',
    'a submit by mutation makes the job that REST shows',
    async (api) => {
      const { data } = await execute(api, 'mutation { submitJob(type: "echo", input: { value: 3 }) { id status } }');
      const id = String(data?.submitJob?.id);
      assert.equal((await api.end(id)).status, 'succeeded');
      const query = 'query ($id: ID!) { job(id: $id) { done output } }';
      assert.deepEqual((await execute(api, query, { id })).data, { job: { done: true, output: { value: 3 } } });
    },
    echo,
  ),
  must('GRAPHQL-004', 'an error carries the code of the table in its extensions', async (api) => {
    await eachRow(
      [
        ['{ job(id: "job_aaaaaaaaaaaaaaaaaaaaaaaaaa") { id } }', 'not-found', 404],
        ['mutation { submitJob(type: "nothing", input: 1) { id } }', 'unknown-type', 422],
        ['{ jobs(limit: 0) { next } }', 'invalid-query', 400],
        ['{ nothing }', 'invalid-document', 400],
      ] as const,
      async ([query, code, status]) => {
        const [error] = (await execute(api, query)).errors ?? [];
        assert.deepEqual([error?.extensions.code, error?.extensions.status], [code, status]);
      },
    );
  }),
  must('GRAPHQL-005', 'a body that is no GraphQL request is a problem document', async ({ call }) => {
    await eachRow([[], [{ query: '{ __typename }' }], {}, { query: 1 }, 'text'], async (body) => {
      expectProblem(await call('POST', '/graphql', { body }), 'invalid-document');
    });
    expectProblem(await call('POST', '/graphql', { raw: '{' }), 'malformed-json');
    expectProblem(await call('POST', '/graphql', { body: {}, credential: null }), 'unauthorized');
  }),
  must(
    'GRAPHQL-006',
    'a subscription over SSE tells the log from any cursor, then completes',
    async (api) => {
      const { id } = await api.submitEcho('x');
      await api.end(id);
      const events = (await api.log(id)).map(({ seq, type, data }) => ({ seq, type, data }));
      await eachRow([0, 1, 2, 3], async (after) => {
        const told = await streamed(api, log, { id, after });
        const expected = events.filter(({ seq }) => seq > after).map((event) => ({ data: { jobEvents: event } }));
        assert.deepEqual(told, expected);
      });
      const [reset] = await streamed(api, log, { id, after: 99 });
      assert.deepEqual([reset?.data?.jobEvents?.type, reset?.data?.jobEvents?.seq], ['reset', 0]);
    },
    echo,
  ),
  must(
    'GRAPHQL-007',
    "another tenant's job does not exist, in queries, mutations and subscriptions",
    async (api) => {
      const { id } = await api.submitEcho('x');
      const other = api.as(api.target.otherKey ?? '');
      await eachRow([`{ job(id: "${id}") { id } }`, `mutation { cancelJob(id: "${id}") { id } }`], async (query) => {
        assert.equal((await execute(other, query)).errors?.[0]?.extensions.code, 'not-found');
      });
      const [refusal] = await streamed(other, log, { id });
      assert.equal(refusal?.errors?.[0]?.extensions.code, 'not-found');
    },
    { ...echo, otherKey: true },
  ),
  must('GRAPHQL-008', 'documents that would cost too much are refused', async (api) => {
    const pages = Array.from(
      { length: 9 },
      (_, index) => `p${index}: jobs(limit: 100) { items { id type status run seq } }`,
    );
    const aliases = Array.from({ length: 31 }, (_, index) => `a${index}: __typename`);
    await eachRow([pages, aliases], async (fields) => {
      const { errors, data } = await execute(api, `{ ${fields.join(' ')} }`);
      assert.deepEqual([errors?.[0]?.extensions.code, data], ['document-too-costly', undefined]);
    });
  }),
];
