import assert from 'node:assert/strict';
import { problems } from '../../protocol/errors.ts';
import { type Route, routes } from '../../protocol/routes.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { expectProblem } from './problem.ts';

const allRoutes: Route[] = Object.values(routes);
const paths = [...new Set(allRoutes.map(({ path }) => path))];
const methodsOf = (path: string): string[] =>
  allRoutes.filter((route) => route.path === path).map(({ method }) => method);
const unknownId = 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa';
const filled = (path: string) => path.replace('{id}', unknownId).replace('{code}', 'forbidden').replace('{seq}', '1');
const wrongMethods = paths.flatMap((path) =>
  ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
    .filter((method) => !methodsOf(path).includes(method))
    .map((method) => ({ method, path })),
);
const unknownPaths = [
  ...['/nope', '/job', '/jobs/a/b', '/jobs/a/events/1/2', '/jobsx', '/v1', '/v1/jobs', '/.env', '/problems'],
  ...['/jobs/batch/cancel/x', '/jobs%2Fbatch', '/\u00e4', '/JOBS', '/jobs;a=b', '/favicon.ico'],
];

/** 404, 405 and the whole of a problem document: section 4. */
export const routeCases: Case[] = [
  must('ROUTE-001', 'a wrong method on a known path is 405 with Allow, with a credential', async ({ call }) => {
    await eachRow(wrongMethods, async ({ method, path }) => {
      const answer = await call(method, filled(path));
      expectProblem(answer, 'method-not-allowed');
      const allow = (answer.headers.get('allow') ?? '').split(/,\s*/);
      for (const allowed of methodsOf(path)) assert.ok(allow.includes(allowed), `Allow: ${allow}`);
      assert.ok(!allow.includes(method), `Allow: ${allow}`);
    });
  }),
  must('ROUTE-002', 'a wrong method on a known path is 405 with Allow, without a credential', async ({ call }) => {
    await eachRow(wrongMethods, async ({ method, path }) => {
      const answer = await call(method, filled(path), { credential: null });
      expectProblem(answer, 'method-not-allowed');
      assert.ok(answer.headers.get('allow'), 'no Allow');
    });
  }),
  must('ROUTE-003', 'an unknown path is 404, with and without a credential', async ({ call }) => {
    await eachRow(unknownPaths, async (path) => {
      expectProblem(await call('GET', path), 'not-found');
      expectProblem(await call('GET', path, { credential: null }), 'not-found');
      expectProblem(await call('POST', path, { body: {} }), 'not-found');
    });
  }),
  must('ROUTE-004', 'every route that wants a credential answers 401 without one', async ({ call }) => {
    await eachRow(
      allRoutes.filter(({ scope }) => scope !== 'none'),
      async ({ method, path }) => {
        const body = method === 'POST' ? { body: {} } : {};
        expectProblem(await call(method, filled(path), { credential: null, ...body }), 'unauthorized');
      },
    );
  }),
  must('ROUTE-005', 'the type of a problem is a URL that answers', async ({ call }) => {
    const rows = [
      await call('GET', '/nope'),
      await call('GET', '/jobs', { credential: null }),
      await call('PATCH', '/jobs'),
    ];
    await eachRow(rows, async ({ body }) => {
      const { type, code } = body as { type: string; code: keyof typeof problems };
      const page = await call('GET', type, { credential: null });
      assert.equal(page.status, 200, `${type}: ${page.status}`);
      assert.ok(page.text.includes(problems[code].title));
    });
  }),
  must('ROUTE-006', 'each problem has a requestId of its own', async ({ call }) => {
    const ids = new Set<string>();
    for (let n = 0; n < 5; n += 1) ids.add(((await call('GET', '/nope')).body as { requestId: string }).requestId);
    assert.equal(ids.size, 5);
  }),
  must('ROUTE-007', 'ids of odd forms are 404 or 400, never more', async ({ call }) => {
    const ids = [
      'a',
      '%00',
      '%20',
      '%F0%9F%92%A9',
      'job_',
      `job_${'a'.repeat(250)}`,
      'job_AAAAAAAAAAAAAAAAAAAAAAAAAA',
      "'%22%3B--",
      '%25',
      'null',
      '%0d%0a',
    ];
    await eachRow(ids, async (id) => {
      for (const [method, path] of [
        ['GET', ''],
        ['GET', '/events'],
        ['GET', '/events/1'],
        ['POST', '/cancel'],
        ['POST', '/retry'],
      ] as const) {
        const { status, text } = await call(method, `/jobs/${id}${path}`);
        assert.ok([400, 404].includes(status), `${method} ${path}: ${status} ${text.slice(0, 100)}`);
      }
    });
  }),
  should('ROUTE-008', 'HEAD and methods that no HTTP API has earn no 5xx', async ({ call, target }) => {
    await call('HEAD', '/jobs');
    // What the platform's front door refuses before it reads a request is no problem document (section 4).
    for (const method of ['PROPFIND', 'LINK']) {
      const { status } = await fetch(`${target.url}/jobs`, {
        method,
        headers: { authorization: `Bearer ${target.key}` },
      });
      assert.ok(status >= 400 && status < 500, `${method}: ${status}`);
    }
  }),
  must('ROUTE-009', 'a body beyond the front door is 413', async ({ call }) => {
    const answer = await call('POST', '/jobs', {
      raw: `{"type":"echo","input":{"value":"${'a'.repeat(11 * 1024 * 1024)}"}}`,
    });
    expectProblem(answer, 'payload-too-large');
  }),
];
