import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { consolePages } from '../../../dev/front-door/console-pages.ts';

const directory = mkdtempSync(join(tmpdir(), 'jobwire-console-'));
mkdirSync(join(directory, 'assets'));
writeFileSync(join(directory, 'index.html'), '<!doctype html><title>Jobwire</title>');
writeFileSync(join(directory, 'assets/index-abc.js'), 'export {}');

let builds: string[] = [];
let fault: Error | undefined;
const pages = consolePages({
  build: async () => {
    builds.push('built');
    if (fault) throw fault;
    return directory;
  },
  config: { rest: 'http://localhost:8202/v1' },
  origins: ['http://localhost:8202', 'ws://localhost:8202'],
});
const server = createServer(async (request, response) => {
  if (!(await pages(request, response))) response.writeHead(404).end('left');
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  builds = [];
});

const get = (path: string, headers: Record<string, string> = { accept: 'text/html' }) => fetch(url + path, { headers });

test('consolePages() says what went wrong with a build, and tries again at the next look', async () => {
  fault = new Error('A bracket is missing');
  const failed = await get('/');
  expect(failed.status).toBe(500);
  expect(await failed.text()).toContain('A bracket is missing');
  fault = undefined;
  expect((await get('/')).status).toBe(200);
  expect(builds).toHaveLength(2);
});

test('consolePages() builds once for all requests', async () => {
  await Promise.all([get('/'), get('/jobs'), get('/config.json')]);
  expect(builds.length).toBeLessThanOrEqual(1);
});

test('consolePages() answers a browser with the one document at every page’s address, under the strict policy', async () => {
  for (const path of ['/', '/jobs/job_abc', '/types/csv-profile?like=job_abc']) {
    const response = await get(path);
    expect(await response.text()).toContain('<title>Jobwire</title>');
    expect(response.headers.get('content-security-policy')).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' http://localhost:8202 ws://localhost:8202;",
    );
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
  }
});

test('consolePages() serves files that never change as such, and the configuration afresh', async () => {
  const script = await get('/assets/index-abc.js');
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(script.headers.get('cache-control')).toContain('immutable');
  expect(await (await get('/config.json')).json()).toEqual({ rest: 'http://localhost:8202/v1' });
});

test.each([
  ['a program that asks for a page', '/jobs', { accept: '*/*' }],
  ['a file that is not there', '/assets/other.js', { accept: '*/*' }],
  ['a way out of the folder', '/assets/..%2f..%2fetc/passwd.txt', { accept: 'text/html' }],
] as const)('consolePages() leaves %s to others', async (_, path, headers) => {
  expect(await (await get(path, headers)).text()).toBe('left');
});

test('consolePages() leaves what is no GET to others', async () => {
  expect((await fetch(`${url}/`, { method: 'POST' })).status).toBe(404);
});
