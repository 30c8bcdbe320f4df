import { afterEach, describe, expect, test, vi } from 'vitest';
import { type HttpStory, http } from '../../lambdas/edge/http.ts';
import { log } from '../../lambdas/edge/log.ts';
import { ApiError, type ProblemDocument } from '../../protocol/errors.ts';
import type { Operation } from '../../protocol/routes.ts';
import { context, goodAuthorizer, restEvent, restUrl } from './rest-event.ts';

const job = 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa';

async function call(operation: Operation, parts: Parameters<typeof restEvent>[1] = {}, story: HttpStory = ok) {
  const answer = await http(restUrl, { [operation]: story })(restEvent(operation, parts), context);
  return { ...answer, json: answer.body === '' ? undefined : JSON.parse(answer.body) };
}

const ok: HttpStory = ({ principal, query, headers, path }) => ({
  status: 200,
  body: { principal, query, headers, path },
});

async function problemOf(operation: Operation, parts: Parameters<typeof restEvent>[1], story?: HttpStory) {
  const { statusCode, headers, json } = await call(operation, parts, story);
  expect(headers?.['content-type']).toBe('application/problem+json');
  return { statusCode, headers, problem: json as ProblemDocument };
}

afterEach(() => vi.restoreAllMocks());

describe('http()', () => {
  test('hands a story what the request says', async () => {
    const { json } = await call('getJob', {
      path: { id: job },
      headers: { 'IF-None-Match': '"a"', Prefer: ['wait=5', 'respond-async'] },
      authorizer: { ...goodAuthorizer, jobsPerWindow: '5', expiresAt: '99999999999' },
    });
    expect(json).toEqual({
      principal: {
        tenant: 'acme',
        keyId: 'key_1',
        scopes: ['jobs:read', 'jobs:write'],
        jobsPerWindow: 5,
        expiresAtSeconds: 99_999_999_999,
      },
      query: {},
      headers: { 'if-none-match': '"a"', prefer: 'wait=5, respond-async' },
      path: { id: job },
    });
  });

  test('answers JSON that scripts of any origin may read, and that no cache keeps', async () => {
    const { headers, statusCode } = await call('listJobs');
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': 'request-1',
      'Access-Control-Allow-Origin': '*',
    });
    expect(headers?.['Access-Control-Expose-Headers']).toContain('Retry-After');
  });

  test('a story may say itself what caches may do, and may leave out a body', async () => {
    const { headers, body } = await call('listJobs', {}, () => ({
      status: 304,
      headers: { 'cache-control': 'private' },
    }));
    expect(headers?.['cache-control']).toBe('private');
    expect(headers).not.toHaveProperty('content-type');
    expect(body).toBe('');
  });

  test('answers HEAD, which monitors ask, where no credential is needed; elsewhere nobody has checked one', async () => {
    const alive: HttpStory = () => ({ status: 200, body: { status: 'ok' } });
    const { statusCode, body, headers } = await call('checkHealth', { method: 'HEAD' }, alive);
    expect([statusCode, body, headers?.['content-type']]).toEqual([200, '', 'application/json']);
    expect((await call('checkHealth', { method: 'PUT' }, alive)).headers).toMatchObject({
      allow: 'GET, HEAD, OPTIONS',
    });
    expect((await call('getJob', { method: 'HEAD', path: { id: job } })).statusCode).toBe(405);
  });

  test.each<[string, Operation, Parameters<typeof restEvent>[1], number, string]>([
    ['an unknown address', 'listJobs', { resource: '/{proxy+}' }, 404, 'not-found'],
    ['a wrong method', 'listJobs', { method: 'DELETE' }, 405, 'method-not-allowed'],
    ['a wrong method without a credential', 'listJobs', { method: 'PUT', authorizer: null }, 405, 'method-not-allowed'],
    ['no credential', 'listJobs', { authorizer: null }, 401, 'unauthorized'],
    ['an expired one', 'listJobs', { authorizer: { ...goodAuthorizer, expiresAt: '1' } }, 401, 'unauthorized'],
    ['a missing scope', 'listDeadLetters', {}, 403, 'forbidden'],
    ['no scope at all', 'listJobs', { authorizer: { ...goodAuthorizer, scopes: '' } }, 403, 'forbidden'],
    [
      "another job than the token's",
      'getJob',
      { path: { id: 'job_b' }, authorizer: { ...goodAuthorizer, job } },
      403,
      'forbidden',
    ],
    ["a list with a job's token", 'listJobs', { authorizer: { ...goodAuthorizer, job } }, 403, 'forbidden'],
    ['an unknown parameter', 'listJobs', { query: { x: '1' } }, 400, 'invalid-query'],
    [
      'a parameter on an address that takes none',
      'getJob',
      { path: { id: job }, query: { x: '1' } },
      400,
      'invalid-query',
    ],
    ['a parameter like a prototype', 'listJobs', { query: { constructor: '1' } }, 400, 'invalid-query'],
    ['a parameter twice', 'listJobs', { query: { limit: ['1', '2'] } }, 400, 'invalid-query'],
    ['a number that is none', 'listJobs', { query: { limit: '1e1' } }, 400, 'invalid-query'],
    ['a number beyond', 'listJobs', { query: { limit: '101' } }, 400, 'invalid-query'],
    ['an empty choice', 'listJobs', { query: { status: '' } }, 400, 'invalid-query'],
    ['a long page', 'listJobs', { query: { page: 'a'.repeat(2049) } }, 400, 'invalid-query'],
  ])('refuses %s', async (_, operation, parts, status, code) => {
    const { statusCode, problem } = await problemOf(operation, parts);
    expect([statusCode, problem.status, problem.code]).toEqual([status, status, code]);
    expect(problem).toMatchObject({ type: `${restUrl}/problems/${code}`, requestId: 'request-1' });
  });

  test('names the scope that is missing, and the methods that there are', async () => {
    expect((await problemOf('listDeadLetters', {})).problem.detail).toContain('needs the scope admin');
    expect((await problemOf('listJobs', { method: 'PATCH' })).headers).toMatchObject({ allow: 'POST, GET, OPTIONS' });
  });

  test('lists every wrong parameter with what is allowed', async () => {
    const { problem } = await problemOf('listJobs', { query: { limit: '0', status: 'x', y: '1' } });
    expect(problem.errors).toEqual([
      { parameter: 'limit', detail: 'Must be an integer from 1 to 100' },
      { parameter: 'status', detail: expect.stringContaining('Must be one of queued, running') },
      { parameter: 'y', detail: 'Unknown here; allowed are type, status, limit, page' },
    ]);
  });

  test('admits admin to everything, a job token to its job, and anybody where no credential is wanted', async () => {
    expect((await call('listJobs', { authorizer: { ...goodAuthorizer, scopes: 'admin' } })).statusCode).toBe(200);
    expect((await call('getJob', { path: { id: job }, authorizer: { ...goodAuthorizer, job } })).statusCode).toBe(200);
    expect((await call('checkHealth', { authorizer: null, query: { probe: '1' } })).statusCode).toBe(200);
  });

  test.each<[string, unknown, number, string]>([
    ['a fault of ours', new TypeError('cannot read tableName of undefined'), 500, 'internal-error'],
    ['a thrown text', 'boom', 500, 'internal-error'],
    ['a throttle', Object.assign(new Error('slow'), { name: 'ThrottlingException' }), 503, 'unavailable'],
    ['a fault that the SDK would try again', Object.assign(new Error('x'), { $retryable: {} }), 503, 'unavailable'],
    ['a broken connection', Object.assign(new Error('x'), { code: 'ECONNRESET' }), 503, 'unavailable'],
    [
      'a cause deep below',
      new Error('a', { cause: Object.assign(new Error('b'), { name: 'TimeoutError' }) }),
      503,
      'unavailable',
    ],
  ])('answers %s without a word of it, and logs it', async (_, thrown, status, code) => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { statusCode, problem, headers } = await problemOf('listJobs', {}, () => Promise.reject(thrown));
    expect([statusCode, problem.code]).toEqual([status, code]);
    expect(JSON.stringify(problem)).not.toMatch(/tableName|boom|slow|stack/);
    if (status === 503) expect(headers).toMatchObject({ 'retry-after': '2' });
    expect(JSON.parse(String(write.mock.calls[0]?.[0]))).toMatchObject({ level: 'error', requestId: 'request-1' });
  });

  test.each([
    ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['X-Amzn-Trace-Id', 'Root=1-0af76519-16cd43dd8448eb211c80319c'],
  ])('hands a story the trace of %s, and puts its id on each line', async (name, value) => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await call('listJobs', { headers: { [name]: value } }, ({ traceparent }) => {
      log.info('in the story', { traceparent });
      return { status: 200 };
    });
    const line = JSON.parse(String(write.mock.calls[0]?.[0]));
    expect(line).toMatchObject({ requestId: 'request-1', traceId: '0af7651916cd43dd8448eb211c80319c' });
    expect(line.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
  });

  test('logs nothing of what a caller does wrong', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await problemOf('listJobs', {}, () => {
      throw new ApiError('job-done', 'Cannot');
    });
    expect(write).not.toHaveBeenCalled();
  });
});
