import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { askGraphql, askTimeoutSeconds } from '../../lambdas/aws/graphql-function.ts';
import { functionSettings } from '../../lib/function-settings.ts';

const question = { principal: { tenant: 't', keyId: 'k', scopes: [] }, requestId: 'r', payload: {} };
let failure: { status: number; fault?: string };

const lambda = createServer((_, response) => {
  const { status, fault } = failure;
  response.writeHead(status, fault === undefined ? {} : { 'x-amz-function-error': 'Unhandled' });
  response.end(JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage: fault ?? 'Rate exceeded' }));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => lambda.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`;
  const credentials = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  for (const [name, value] of Object.entries({ ...credentials, AWS_ENDPOINT_URL_LAMBDA: url, GRAPHQL_FUNCTION: 'g' }))
    vi.stubEnv(name, value);
});
afterAll(() => {
  lambda.close();
  vi.unstubAllEnvs();
});

test.each([
  ['cut off', { status: 200, fault: 'RequestId: 1 Error: Task timed out after 22.00 seconds' }, 'gateway-timeout'],
  ['not called', { status: 429 }, undefined],
  ['dead', { status: 200, fault: 'out of memory' }, undefined],
])('askGraphql() tells of a function that was %s', async (_, made, code) => {
  failure = made;
  await expect(askGraphql(question)).rejects.toMatchObject(
    code === undefined ? { message: expect.stringContaining('Cannot') } : { code },
  );
});

test('askGraphql() waits until the function has ended, and leaves its caller time to tell of it', () => {
  expect(askTimeoutSeconds).toBeGreaterThan(functionSettings.graphql.timeoutSeconds + 2);
  expect(askTimeoutSeconds).toBeLessThan(functionSettings.live.timeoutSeconds - 2);
});
