import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { operate } from '../../lambdas/graphql/operate.ts';

const description = 'd'.repeat(300_000);

vi.mock('jobwire:manifest', () => ({
  default: { types: { one: { name: 'one', description: 'd'.repeat(300_000), input: {}, output: {}, limits: {} } } },
}));
vi.mock('jobwire:validators', () => ({ validators: {} }));

beforeAll(() => void vi.stubEnv('GRAPHQL_INTROSPECTION', '1'));
afterAll(() => void vi.unstubAllEnvs());

const call = {
  principal: { tenant: 't', keyId: 'k', scopes: ['jobs:read' as const] },
  requestId: 'r',
  traceparent: '',
  remainingMs: () => 10_000,
};
const described = (times: number) =>
  `{ ${Array.from({ length: times }, (_, n) => `a${n}: jobTypes { description }`).join(' ')} }`;

test('operate() refuses what is too large for one answer, whatever it is made of', async () => {
  expect(await operate({ query: described(1) }, call)).toEqual({
    kind: 'result',
    result: { data: { a0: [{ description }] } },
  });
  expect(await operate({ query: described(20) }, call)).toMatchObject({
    kind: 'refused',
    errors: [{ message: expect.stringContaining('bytes'), extensions: { code: 'document-too-costly' } }],
  });
});
