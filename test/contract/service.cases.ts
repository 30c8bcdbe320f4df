import assert from 'node:assert/strict';
import { type ProblemCode, problems } from '../../protocol/errors.ts';
import { type Operation, routes } from '../../protocol/routes.ts';
import type { JobType } from '../../protocol/types.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { expectProblem } from './problem.ts';

interface Description {
  name: string;
  version: string;
  links: Record<string, string>;
}

interface OpenApi {
  openapi: string;
  servers: { url: string }[];
  paths: Record<string, Record<string, unknown>>;
}

const open = { credential: null };
const hasRoutesBelow = (path: string) => Object.values(routes).some((route) => route.path.startsWith(path));
const linkNames = [
  ...['jobs', 'types', 'tokens', 'deadLetters', 'events', 'openapi', 'asyncapi'],
  ...(hasRoutesBelow('/webhooks') ? ['webhooks'] : []),
  ...(hasRoutesBelow('/graphql') ? ['graphql'] : []),
];

/** Section 2, the problem pages of section 4, the types of section 6, and CORS. */
export const serviceCases: Case[] = [
  must('SERVICE-001', 'GET /v1 answers name, version and links without a credential', async ({ call }) => {
    const answer = await call('GET', '', open);
    const { name, version, links } = answer.body as Description;
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.ok(name && version && typeof links === 'object', answer.text);
  }),
  must('SERVICE-002', 'GET /v1 links every entry by its absolute URL', async ({ call, target }) => {
    const { links } = (await call('GET', '', open)).body as Description;
    await eachRow(linkNames, async (name) => {
      const { protocol } = new URL(links[name] ?? '');
      assert.ok((name === 'events' ? ['ws:', 'wss:'] : ['http:', 'https:']).includes(protocol), links[name]);
    });
    assert.equal(links.jobs, `${target.url}/jobs`);
    assert.equal(links.openapi, `${target.url}/openapi.json`);
  }),
  must('SERVICE-003', 'GET /v1/health answers 200 without a credential', async ({ call }) => {
    assert.equal((await call('GET', '/health', open)).status, 200);
  }),
  must('SERVICE-004', 'GET /v1/openapi.json is OpenAPI 3.1 and names every route', async ({ call, target }) => {
    const answer = await call('GET', '/openapi.json', open);
    const { openapi, servers, paths } = answer.body as OpenApi;
    assert.match(openapi, /^3\.1\./);
    assert.equal(servers[0]?.url, target.url);
    await eachRow(Object.keys(routes) as Operation[], async (operation) => {
      const { method, path } = routes[operation];
      assert.ok(paths[path]?.[method.toLowerCase()], `${method} ${path} is not in the document`);
    });
  }),
  must('SERVICE-005', 'GET /v1/asyncapi.json is AsyncAPI 3.0', async ({ call }) => {
    const answer = await call('GET', '/asyncapi.json', open);
    assert.equal(answer.status, 200);
    assert.match((answer.body as { asyncapi: string }).asyncapi, /^3\.0\./);
  }),
  must('SERVICE-006', 'a problem type answers with its meaning and remedy, without a credential', async ({ call }) => {
    await eachRow(Object.keys(problems) as ProblemCode[], async (code) => {
      const answer = await call('GET', `/problems/${code}`, open);
      assert.equal(answer.status, 200);
      const strings = Object.values(answer.body as Record<string, unknown>);
      assert.ok(strings.includes(problems[code].meaning) && strings.includes(problems[code].remedy), answer.text);
    });
  }),
  must('SERVICE-007', 'an unknown problem type is 404', async ({ call }) => {
    await eachRow(['nope', 'constructor', '__proto__', 'toString', '%00', '%F0%9F%92%A9'], async (code) => {
      expectProblem(await call('GET', `/problems/${code}`, open), 'not-found');
    });
  }),
  must('SERVICE-008', 'GET /v1/types gives each type with its schemas and limits', async ({ call }) => {
    const { items } = (await call('GET', '/types')).body as { items: JobType[] };
    assert.ok(items.length > 0);
    await eachRow(items, async ({ name, description, input, output, limits, ordered }) => {
      assert.match(name, /^[a-z][a-z0-9-]*$/);
      assert.equal(typeof description, 'string');
      assert.equal(typeof ordered, 'boolean');
      assert.equal(typeof input, 'object');
      assert.equal(typeof output, 'object');
      for (const limit of ['timeoutSeconds', 'memoryMb', 'maxRuns', 'concurrency', 'batch', 'retentionDays'] as const) {
        assert.ok(limits[limit] > 0, `${limit} is ${limits[limit]}`);
      }
    });
  }),
  should('SERVICE-009', 'the types that come along are offered', async ({ call }) => {
    const { items } = (await call('GET', '/types')).body as { items: JobType[] };
    const names = items.map(({ name }) => name);
    for (const name of ['csv-profile', 'countdown', 'link-check']) assert.ok(names.includes(name), names.join(', '));
  }),
  must('SERVICE-010', 'a preflight is answered without a credential, for every path', async ({ call }) => {
    await eachRow([...new Set(Object.values(routes).map(({ path }) => path))], async (path) => {
      const answer = await call('OPTIONS', path.replaceAll(/\{\w+\}/g, '1'), {
        credential: null,
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,idempotency-key,prefer,if-none-match',
        },
      });
      assert.ok([200, 204].includes(answer.status), `${answer.status}`);
      assert.ok(answer.headers.get('access-control-allow-origin'), 'no Access-Control-Allow-Origin');
      const allowed = answer.headers.get('access-control-allow-headers')?.toLowerCase() ?? '';
      for (const header of ['authorization', 'content-type', 'idempotency-key', 'prefer', 'if-none-match']) {
        assert.ok(allowed === '*' || allowed.includes(header), `${header} is not in ${allowed}`);
      }
    });
  }),
  must('SERVICE-011', 'answers and errors alike may be read by a page of another origin', async ({ call }) => {
    const headers = { origin: 'https://app.example' };
    const rows: [string, string, string | null | undefined][] = [
      ['GET', '', null],
      ['GET', '/jobs', undefined],
      ['GET', '/jobs', null],
      ['GET', '/nope', null],
      ['PATCH', '/jobs', null],
      ['GET', '/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa', undefined],
    ];
    await eachRow(rows, async ([method, path, credential]) => {
      const answer = await call(method, path, { headers, ...(credential === null && { credential }) });
      assert.ok(
        answer.headers.get('access-control-allow-origin'),
        `${answer.status} has no Access-Control-Allow-Origin`,
      );
    });
  }),
  should('SERVICE-012', 'a page may read the headers that the contract names', async ({ call }) => {
    const answer = await call('GET', '/jobs', { headers: { origin: 'https://app.example' } });
    const exposed = answer.headers.get('access-control-expose-headers')?.toLowerCase() ?? '';
    for (const header of ['location', 'retry-after', 'etag', 'link', 'idempotency-replayed', 'preference-applied']) {
      assert.ok(exposed.includes(header), `${header} is not in "${exposed}"`);
    }
  }),
  should('SERVICE-013', 'GET /v1 links the console', async ({ call }) => {
    const { links } = (await call('GET', '', open)).body as Description;
    assert.match(links.console ?? '', /^https?:/);
  }),
];
