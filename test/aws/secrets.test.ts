import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findSecret } from '../../lambdas/aws/secrets.ts';

beforeAll(() => {
  const credentials = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

test.each([
  ['finds the text', 200, { SecretString: 's3cret' }, 's3cret'],
  ['finds nothing where there is no secret', 400, { __type: 'a#ResourceNotFoundException' }, undefined],
  ['throws where it is refused', 400, { __type: 'AccessDeniedException' }, /answered 400/],
  ['throws where the way is barred', 403, { message: 'Forbidden' }, /answered 403/],
])('findSecret() %s, and leaves no answer unread', async (_, status, body, expected) => {
  const answer = new Response(JSON.stringify(body), { status });
  vi.stubGlobal('fetch', async () => answer);
  if (expected instanceof RegExp) await expect(findSecret('s')).rejects.toThrow(expected);
  else expect(await findSecret('s')).toBe(expected);
  expect(answer.bodyUsed).toBe(true);
});
