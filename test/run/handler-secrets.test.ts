import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startSecrets } from '../../dev/secrets/secrets.ts';
import { secretReader } from '../../lambdas/run/handler-secrets.ts';
import { sampleAssembly } from '../dev/sample-assembly.ts';
import { captureLines } from '../support/capture-lines.ts';

const values = new Map<string, string>();
const asked: string[] = [];
const assembly = sampleAssembly({ resources: {} });
const secrets = startSecrets((name) => {
  asked.push(name);
  return values.get(name);
});
/** What Secrets Manager answers instead of a value. */
let fault: { status: number; type: string } | undefined;
const server = createServer((request, response) => {
  if (fault) response.writeHead(fault.status).end(JSON.stringify({ __type: fault.type }));
  else void secrets.handle(request, response);
});
const lines = captureLines();
let laterMs = 0;
const read = secretReader(['model-key', 'store-key']);

beforeAll(async () => {
  secrets.load(assembly);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_REGION', 'us-east-1').stubEnv('AWS_ACCESS_KEY_ID', 'id').stubEnv('AWS_SECRET_ACCESS_KEY', 'key');
  vi.stubEnv('SERVICE', assembly.stackName);
  fault = undefined;
  asked.length = 0;
  vi.useRealTimers();
});
afterAll(() => void server.close());

test('secretReader() asks for a value once in five minutes, however many want it, and then sees a changed one', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  values.set('model-key', 'old');
  expect(await Promise.all([read('model-key'), read('model-key')])).toEqual(['old', 'old']);
  values.set('model-key', 'new');
  vi.advanceTimersByTime(5 * 60_000 - 1);
  expect(await read('model-key')).toBe('old');
  vi.advanceTimersByTime(1);
  expect(await read('model-key')).toBe('new');
  expect(asked).toEqual(['model-key', 'model-key']);
});

test('secretReader() refuses a name that the type does not list, and asks nobody', async () => {
  await expect(read('other')).rejects.toThrow('Cannot read the secret other: the job type must list it under secrets');
  await expect(secretReader()('model-key')).rejects.toThrow('must list it');
  expect(asked).toEqual([]);
});

test('secretReader() tells clients no name of a secret that has no value, tells the log, and finds it once it is there', async () => {
  const error = await read('store-key').catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'secret-unavailable', final: false });
  expect((error as Error).message).not.toContain('store-key');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ level: 'error', secret: 'store-key' });
  values.set('store-key', 'there');
  expect(await read('store-key')).toBe('there');
});

test.each([
  ['does not answer', { status: 503, type: 'ServiceUnavailable' }],
  ['refuses, as it does where there is no such secret', { status: 400, type: 'AccessDeniedException' }],
])('secretReader() fails the run, not the job, while Secrets Manager %s', async (_, answered) => {
  // Past what the tests before have left in memory.
  laterMs += 10 * 60_000;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + laterMs });
  values.set('model-key', 'value');
  fault = answered;
  await expect(read('model-key')).rejects.toMatchObject({ code: 'secret-unavailable', final: false });
  expect(lines.join()).toContain(`answered ${answered.status}`);
  expect(lines.join()).toContain('docs/job-types.md');
  fault = undefined;
  expect(await read('model-key')).toBe('value');
});
