import { serverAudits } from 'graphql-http';
import { beforeAll, expect, inject, test } from 'vitest';
import { localTarget } from '../contract/local-target.ts';

let key: string;

beforeAll(async () => {
  ({ key } = await localTarget('graphql-audits'));
});

const audits = serverAudits({
  url: () => `${inject('server').rest}/graphql`,
  fetchFn: (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${key}`);
    return fetch(url, { ...init, headers });
  },
});

test('there are audits of all three kinds', () => {
  const kinds = new Set(audits.map(({ name }) => name.split(' ')[0]));
  expect([...kinds].toSorted()).toEqual(['MAY', 'MUST', 'SHOULD']);
});

test.each(audits.filter(({ name }) => !name.startsWith('MAY')))('$id $name', async ({ fn }) => {
  const result = await fn();
  expect('reason' in result ? result.reason : result.status).toBe('ok');
});
