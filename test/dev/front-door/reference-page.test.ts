import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { referencePage } from '../../../dev/front-door/reference-page.ts';

const page = referencePage({ key: () => 'jw_local_secret' });
const server = createServer((request, response) => void page(request, response));
let address: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

const read = (path: string) => fetch(address + path);

test('referencePage() is made of its own files, and lets none of them ask elsewhere', async () => {
  const response = await read('/reference?x=1');
  expect(response.headers.get('content-security-policy')).toContain("connect-src 'self'");
  const html = await response.text();
  const parts = [...html.matchAll(/\s(?:src|href)="([^"]+)"/g)].map(([, part = '']) => part);
  expect(parts.filter((part) => !part.startsWith('/reference/') && part !== 'data:,')).toEqual([]);
  for (const part of parts.filter((part) => part.startsWith('/'))) {
    const asset = await read(part);
    expect([part, asset.status]).toEqual([part, 200]);
    expect((await asset.text()).length).toBeGreaterThan(100);
  }
});

test('referencePage() knows no other files', async () => {
  expect((await read('/reference/package.json')).status).toBe(404);
  expect((await read('/reference/..%2fpackage.json')).status).toBe(404);
});

test('referencePage() keeps the key from pages of other names, and out of what other sites may load', async () => {
  expect(await (await read('/reference')).text()).toContain('jw_local_secret');
  expect(await (await read('/reference/start.js')).text()).not.toContain('jw_local_secret');
  const rebound = await new Promise<string>((resolve) => {
    const response = { writeHead() {}, end: resolve };
    void page({ url: '/reference', headers: { host: 'evil.example' } } as never, response as never);
  });
  expect(rebound).not.toContain('jw_local_secret');
});
