import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Invoke } from '../../../dev/lambda/invoke.ts';
import { answerLambdaCall, isLambdaCall } from '../../../dev/lambda/invoke-api.ts';

const invoke: Invoke = async (name, event) => {
  if (name === 'gone') return { ok: false, error: { errorType: 'ResourceNotFoundException', errorMessage: 'No' } };
  if (name === 'bad') return { ok: false, error: { errorType: 'Error', errorMessage: 'Oh' } };
  return { ok: true, payload: { name, event } };
};
const findVariables = (name: string) => (name === 'gone' ? undefined : { TABLE_NAME: `table of ${name}` });
const server = createServer((request, response) => {
  if (isLambdaCall(request)) void answerLambdaCall(request, response, { invoke, findVariables });
  else response.writeHead(418).end();
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => server.close());

test.each([
  ['good', 200, null, { name: 'good', event: { a: 1 } }],
  ['bad', 200, 'Unhandled', { errorType: 'Error', errorMessage: 'Oh' }],
  ['gone', 404, null, { Message: 'No' }],
])('Invoke of the function %s answers %d', async (name, status, error, body) => {
  const address = `${url}/2015-03-31/functions/${name}/invocations`;
  const response = await fetch(address, { method: 'POST', body: '{"a":1}' });
  expect([response.status, response.headers.get('x-amz-function-error')]).toEqual([status, error]);
  expect(await response.json()).toEqual(body);
});

test.each([
  ['good', 200, { FunctionName: 'good', Environment: { Variables: { TABLE_NAME: 'table of good' } } }],
  ['gone', 404, { Message: 'Function not found: gone' }],
])('GetFunctionConfiguration of the function %s answers %d', async (name, status, body) => {
  const response = await fetch(`${url}/2015-03-31/functions/${name}/configuration`);
  expect([response.status, await response.json()]).toEqual([status, body]);
});

test('isLambdaCall() is false of anything else', async () => {
  expect((await fetch(`${url}/@connections/a`)).status).toBe(418);
});
