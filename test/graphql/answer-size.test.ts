import { beforeAll, expect, test } from 'vitest';
import { limits } from '../../protocol/limits.ts';
import { type Api, apiOf } from '../contract/api.ts';
import { localTarget } from '../contract/local-target.ts';
import { ask } from './ask.ts';

let target: Awaited<ReturnType<typeof localTarget>>;
let api: Api;

beforeAll(async () => {
  target = await localTarget('graphql-answers');
  api = apiOf(target);
});

const quarter = 'q'.repeat(250_000);
const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

test('an answer leaves out the inputs that it has no room for, and says of each why', async () => {
  const { id } = await api.submit({ type: 'echo', input: { value: quarter }, delaySeconds: 600 });
  const { status, data, errors } = await ask(target, `{ ${many(30, (n) => `j${n}: job(id: "${id}") { id input }`)} }`);
  const left = Object.entries((data ?? {}) as Record<string, { id: string; input: object | null }>).filter(
    ([, job]) => job.input === null,
  );
  expect([status, Object.keys(data ?? {}).length]).toEqual([200, 30]);
  expect(left.length).toBeLessThan(20);
  expect(left.map(([name]) => name).toSorted()).toEqual(errors?.map(({ path }) => path?.[0]).toSorted());
  expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['document-too-costly']));
  await api.call('POST', `/jobs/${id}/cancel`);
});

test('mutations are told by their ids where their inputs do not fit', async () => {
  const submits = many(20, (n) => `j${n}: submitJob(type: "echo", input: $input, delaySeconds: 600) { id input }`);
  const { status, data, errors } = await ask(target, `mutation ($input: JSON!) { ${submits} }`, {
    variables: { input: { value: quarter } },
  });
  const ids = Object.values(data ?? {}).map((job) => (job as { id: string }).id);
  expect([status, new Set(ids).size]).toEqual([200, 20]);
  expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['document-too-costly']));
  await Promise.all(ids.map((id) => api.call('POST', `/jobs/${id}/cancel`)));
});

test('a mutation is told by its id where its typed input, asked for under many names, does not fit', async () => {
  const input = { urls: Array.from({ length: 100 }, () => `https://example.com/${'u'.repeat(1_900)}`) };
  const query = `mutation ($input: LinkCheckInput!) {
    submitLinkCheck(input: $input, delaySeconds: 600) { typedInput { ${many(28, (n) => `a${n}: urls`)} } id }
  }`;
  const { status, data, errors } = await ask(target, query, { variables: { input } });
  expect([status, errors?.[0]?.extensions.code]).toEqual([200, 'document-too-costly']);
  expect(data).toEqual({ submitLinkCheck: { id: expect.stringMatching(/^job_/), typedInput: null } });
  await api.call('POST', `/jobs/${(data?.submitLinkCheck as { id: string } | undefined)?.id}/cancel`);
});

test('errors in variables show the beginning of what does not fit', async () => {
  const unknown = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`no${index}`, index]));
  const query = 'mutation ($input: CountdownInput!) { submitCountdown(input: $input) { id } }';
  const { status, errors } = await ask(target, query, { variables: { input: { steps: quarter, ...unknown } } });
  expect([status, errors?.[0]?.extensions.code]).toEqual([200, 'invalid-document']);
  expect(errors).toHaveLength(limits.maxListedErrors);
  const longest = Math.max(...(errors ?? []).map(({ message }) => message.length));
  expect(longest).toBeLessThanOrEqual(limits.maxErrorMessageLength);
});

test('errors in a document are listed up to their limit', async () => {
  const { status, errors } = await ask(target, `{ ${many(60, (n) => `no${n}`)} }`);
  expect([status, errors?.[0]?.extensions.code]).toEqual([200, 'invalid-document']);
  expect(errors).toHaveLength(limits.maxListedErrors);
});
