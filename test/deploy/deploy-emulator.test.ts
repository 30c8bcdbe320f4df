import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { emulatorVariables, findEmulator, readEndpoint } from '../../ops/deploy-emulator.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Starts a server with these answers by path, 404 for all else. */
async function serve(answers: Record<string, unknown>): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    const answer = answers[url];
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.each([
  ['http://localhost:4566', 'http://localhost:4566'],
  ['http://localhost:4566/', 'http://localhost:4566'],
  ['https://localhost.localstack.cloud:4566', 'https://localhost.localstack.cloud:4566'],
])('readEndpoint() takes %s', (text, url) => {
  expect(readEndpoint(text)).toBe(url);
});

test.each([
  [undefined, /^Cannot deploy: AWS_ENDPOINT_URL is not set, it must say where the emulator is, as in `AWS_/],
  ['', /AWS_ENDPOINT_URL is not set/],
  ['localhost:4566', /it is no address of an emulator, it must be like http:\/\/localhost:4566$/],
  ['http://localhost:4566/path', /no address of an emulator/],
  ['http://me@localhost:4566', /no address of an emulator/],
  ['file:///tmp', /no address of an emulator/],
  ['https://sts.eu-central-1.amazonaws.com', /this is AWS itself/],
  ['https://sqs.cn-north-1.amazonaws.com.cn', /this is AWS itself/],
  ['https://s3.dualstack.eu-west-1.api.aws', /this is AWS itself/],
])('readEndpoint() refuses %j and says what to write', (text, message) => {
  expect(() => readEndpoint(text)).toThrow(message);
});

test('findEmulator() tells MiniStack, which answers for LocalStack too, and LocalStack apart', async () => {
  const health = { services: {} };
  const ministack = await serve({ '/_ministack/health': health, '/_localstack/health': health });
  const localstack = await serve({ '/_localstack/health': health });
  expect(await findEmulator(ministack)).toEqual({ url: ministack, name: 'MiniStack' });
  expect(await findEmulator(localstack)).toEqual({ url: localstack, name: 'LocalStack' });
});

test('findEmulator() refuses what is no emulator, and an address where nothing answers', async () => {
  const url = await serve({ '/': 'welcome' });
  await expect(findEmulator(url)).rejects.toThrow(/what answers there is no emulator of AWS/);
  servers[0]?.closeAllConnections();
  await new Promise((resolve) => servers[0]?.close(resolve));
  await expect(findEmulator(url)).rejects.toThrow(/nothing answers there \(\w+\), start the emulator first/);
});

test('emulatorVariables() keeps the credentials and addresses of this machine to itself', () => {
  const variables = emulatorVariables('http://localhost:4566', {
    PATH: '/bin',
    JOBWIRE_TEST_JOBS: '1',
    AWS_PROFILE: 'work',
    AWS_ACCESS_KEY_ID: 'AKIAREAL',
    AWS_SECRET_ACCESS_KEY: 'real',
    AWS_SESSION_TOKEN: 'real',
    AWS_ENDPOINT_URL_DYNAMODB: 'https://dynamodb.eu-central-1.amazonaws.com',
    AWS_DEFAULT_REGION: 'eu-central-1',
  });
  expect(variables).toMatchObject({ PATH: '/bin', JOBWIRE_TEST_JOBS: '1', AWS_REGION: 'eu-central-1' });
  expect(variables).toMatchObject({ AWS_ENDPOINT_URL: 'http://localhost:4566', AWS_ACCESS_KEY_ID: 'test' });
  expect(JSON.stringify(variables)).not.toMatch(/real|AKIA|work|amazonaws/i);
});
