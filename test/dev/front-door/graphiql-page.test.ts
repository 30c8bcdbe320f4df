import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphiqlPage } from '../../../dev/front-door/graphiql-page.ts';

const page = graphiqlPage({ restUrl: 'http://localhost:8202/v1', key: () => 'jw_local_secret' });
const server = createServer((request, response) => void page(request, response));
let port: number;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => server.close());

const read = async (query = '', host = 'localhost') => (await fetch(`http://${host}:${port}/graphiql${query}`)).text();

test('graphiqlPage() is one page that needs nothing of the network but the stack', async () => {
  const text = await read('', '127.0.0.1');
  expect(text).toContain('"endpoint":"http://localhost:8202/v1/graphql"');
  expect(text).toContain('Bearer jw_local_secret');
  expect(text).not.toMatch(/<(script|link|img)[^>]+(src|href)="(https?:)?\/\//);
});

test('graphiqlPage() keeps the key from pages of other names and from other stacks', async () => {
  const other = await read('?rest=https://api.example.com/v1/', '127.0.0.1');
  expect(other).toContain('"endpoint":"https://api.example.com/v1/graphql"');
  expect(other).not.toContain('jw_local_secret');
  const rebound = await new Promise<string>((resolve) => {
    const response = { writeHead() {}, end: resolve };
    void page({ url: '/graphiql', headers: { host: 'evil.example' } } as never, response as never);
  });
  expect(rebound).not.toContain('jw_local_secret');
  const script = await read(`?rest=${encodeURIComponent('https://a/</script><script>alert(1)</script>')}`, '127.0.0.1');
  expect(script).not.toContain('alert(1)</script>');
});
