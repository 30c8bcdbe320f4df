import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { jobwire } from './run-jobwire.ts';

let server: Server;
let url = '';
/** What the service answers next. */
let answers: object[] = [];
let asked: { page?: string }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    asked.push((await json(request)) as { page?: string });
    response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify(answers[asked.length - 1]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const run = (...words: string[]) =>
  jobwire([...words, '--json'], { env: { JOBWIRE_URL: url, JOBWIRE_KEY: `jw_local_${'k'.repeat(43)}` } });
const recover = () => run('webhooks', 'recover', 'whk_1', '--since', '1h');

test('webhooks recover goes on where the service left off, and tells of all', async () => {
  answers = [{ count: 1, more: true, next: 'two' }, { count: 0, more: true, next: 'three' }, { count: 2 }];
  const { code, stdout } = await recover();
  expect([code, JSON.parse(stdout)]).toEqual([0, { count: 3, since: expect.any(String) }]);
  expect(asked.map(({ page }) => page)).toEqual([undefined, 'two', 'three']);
});

test('webhooks recover ends where the service does not say how to go on', async () => {
  answers = [{ count: 1, more: true }];
  expect(JSON.parse((await recover()).stdout)).toMatchObject({ count: 1 });
});

test('dead-letters redrive goes on where the service left off, and tells of all', async () => {
  answers = [{ jobs: ['a'], more: true, next: 'two' }, { jobs: [], more: true, next: 'three' }, { jobs: ['b'] }];
  const { code, stdout } = await run('dead-letters', 'redrive', '--all');
  expect([code, JSON.parse(stdout)]).toEqual([0, { jobs: ['a', 'b'] }]);
  expect(asked.map(({ page }) => page)).toEqual([undefined, 'two', 'three']);
});
