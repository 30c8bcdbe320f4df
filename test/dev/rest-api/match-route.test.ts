import { describe, expect, test } from 'vitest';
import { matchRoute, methodOf } from '../../../dev/rest-api/match-route.ts';
import { readRestApi } from '../../../dev/rest-api/read-rest-api.ts';
import { handMadeAssembly } from './hand-made-assembly.ts';
import { restApiResources } from './serve-rest-api.ts';

const methods = [
  'GET /',
  'GET /jobs',
  'POST /jobs',
  'ANY /jobs',
  'POST /jobs/batch',
  'GET /jobs/{id}',
  'GET /jobs/{id}/events',
  'GET /jobs/batch/never',
  'GET /files/{path+}',
  'GET /files/readme',
];
const { root } = readRestApi(
  handMadeAssembly(restApiResources({ methods: Object.fromEntries(methods.map((name) => [name, {}])) })),
);

describe('matchRoute()', () => {
  const cases: [path: string, resource: string | undefined, parameters?: Record<string, string>][] = [
    ['/', '/'],
    ['', '/'],
    ['/jobs', '/jobs'],
    ['/jobs/', '/jobs'],
    ['/Jobs', undefined],
    ['/jobs/batch', '/jobs/batch'],
    ['/jobs/job_1', '/jobs/{id}', { id: 'job_1' }],
    ['/jobs/a%2Fb', '/jobs/{id}', { id: 'a/b' }],
    ['/jobs/%E2%82%AC', '/jobs/{id}', { id: '€' }],
    ['/jobs/%ff', '/jobs/{id}', { id: '\uFFFD' }],
    ['/jobs/a+b', '/jobs/{id}', { id: 'a+b' }],
    ['/jobs/..', '/jobs/{id}', { id: '..' }],
    ['/jobs/__proto__', '/jobs/{id}', { id: '__proto__' }],
    ['/j%6Fbs', '/jobs'],
    ['/jobs/batch/events', '/jobs/{id}/events', { id: 'batch' }],
    ['/jobs//events', undefined],
    ['/jobs/1/2', undefined],
    ['/files/readme', '/files/readme'],
    ['/files/a/b%20c/d', '/files/{path+}', { path: 'a/b c/d' }],
    ['/files', '/files'],
    ['/nothing', undefined],
  ];
  test.each(cases)('of %s is %s', (path, resource, parameters = {}) => {
    const match = matchRoute(root, path);
    expect(match?.node.resourcePath).toBe(resource);
    if (resource !== undefined) expect(match?.pathParameters).toEqual(parameters);
  });
});

describe('methodOf()', () => {
  const cases: [method: string, path: string, found: boolean][] = [
    ['POST', '/jobs', true],
    ['PUT', '/jobs', true],
    ['HEAD', '/jobs', true],
    ['PROPFIND', '/jobs', false],
    ['TRACE', '/jobs', false],
    ['HEAD', '/', false],
    ['GET', '/files', false],
  ];
  test.each(cases)('of %s %s is found: %s', (method, path, found) => {
    const node = matchRoute(root, path)?.node;
    expect(node && methodOf(node, method) !== undefined).toBe(found);
  });

  test('prefers a method of its own to ANY', () => {
    const node = matchRoute(root, '/jobs')?.node;
    const [post, any] = [node && methodOf(node, 'POST'), node && methodOf(node, 'PATCH')];
    expect(post).not.toBe(any);
  });
});
