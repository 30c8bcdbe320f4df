import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { readRestApi } from '../../../dev/rest-api/read-rest-api.ts';
import { handMadeAssembly } from './hand-made-assembly.ts';
import { type RestApiParts, restApiResources, serveRestApi } from './serve-rest-api.ts';

const methods = { 'GET /jobs': {}, 'POST /jobs': {}, 'ANY /jobs': {}, 'GET /jobs/{id}': {} };
const functions = {
  GETjobs: () => ({ body: 'list' }),
  POSTjobs: () => ({ body: 'made' }),
  ANYjobs: () => ({ statusCode: 405, headers: { Allow: 'GET, POST' } }),
  GETjobsid: ({ pathParameters }: { pathParameters: { id: string } }) => ({ body: pathParameters.id }),
};

/** Sends bytes as they are, and reads until the server ends the connection or, once it has answered, falls silent. */
function sendRaw(port: number, text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
  let received = '';
  socket.setTimeout(10_000, () => socket.destroy());
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    socket.setTimeout(250);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => resolve(received));
  return promise;
}

const host = 'Host: localhost\r\n';

describe('an odd request', () => {
  const raw: [name: string, text: string, status: string][] = [
    ['a path with a stray percent sign', `GET /v1/jobs/%zz HTTP/1.1\r\n${host}\r\n`, '400'],
    ['a query with a stray percent sign', `GET /v1/jobs?a=% HTTP/1.1\r\n${host}\r\n`, '400'],
    ['bytes that are no UTF-8', `GET /v1/jobs/%ff%fe HTTP/1.1\r\n${host}\r\n`, '200'],
    ['raw bytes in the path', `GET /v1/jobs/\u00e4 HTTP/1.1\r\n${host}\r\n`, '400'],
    ['a NUL, encoded', `GET /v1/jobs/%00 HTTP/1.1\r\n${host}\r\n`, '200'],
    ['dot segments', `GET /v1/jobs/../../etc/passwd HTTP/1.1\r\n${host}\r\n`, '403'],
    ['another stage', `GET /v2/jobs HTTP/1.1\r\n${host}\r\n`, '403'],
    ['no path', `GET / HTTP/1.1\r\n${host}\r\n`, '403'],
    ['an asterisk', `OPTIONS * HTTP/1.1\r\n${host}\r\n`, '403'],
    ['an absolute target', `GET http://elsewhere.example/v1/jobs HTTP/1.1\r\n${host}\r\n`, '200'],
    ['doubled slashes', `GET //v1//jobs HTTP/1.1\r\n${host}\r\n`, '200'],
    ['an empty segment', `GET /v1/jobs//x HTTP/1.1\r\n${host}\r\n`, '403'],
    ['a method that API Gateway lacks', `PROPFIND /v1/jobs HTTP/1.1\r\n${host}\r\n`, '403'],
    ['a method that ANY takes', `PUT /v1/jobs HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`, '405'],
    ['HTTP/1.0', 'GET /v1/jobs HTTP/1.0\r\n\r\n', '200'],
    ['a GET with a body', `GET /v1/jobs HTTP/1.1\r\n${host}Content-Length: 2\r\n\r\n{}`, '200'],
    ['two lengths', `POST /v1/jobs HTTP/1.1\r\n${host}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x`, '400'],
    [
      'a length and chunks',
      `POST /v1/jobs HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      '400',
    ],
    ['a folded header', `GET /v1/jobs HTTP/1.1\r\n${host}X: a\r\n b\r\n\r\n`, '200|400'],
    ['a negative length', `POST /v1/jobs HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`, '400'],
    ['a length that is no number', `POST /v1/jobs HTTP/1.1\r\n${host}Content-Length: ten\r\n\r\n`, '400'],
    [
      'a length beyond all numbers',
      `POST /v1/jobs HTTP/1.1\r\n${host}Content-Length: 99999999999999999\r\n\r\n`,
      '413|400',
    ],
  ];
  test.each(raw)('with %s is answered', async (_, text, status) => {
    const { port, url, lines } = await serveRestApi({ methods, functions });
    expect(await sendRaw(port, text)).toMatch(new RegExp(`^HTTP/1.1 (${status}) `));
    expect(lines).toEqual([]);
    expect((await fetch(`${url}/jobs`)).status).toBe(200);
  });

  test('smuggled into the body of another is not read as one', async () => {
    const { port, requests } = await serveRestApi({ methods, functions });
    const inner = `GET /v1/jobs HTTP/1.1\r\n${host}\r\n`;
    await sendRaw(port, `POST /v1/jobs HTTP/1.1\r\n${host}Content-Length: ${inner.length}\r\n\r\n${inner}`);
    expect(requests).toMatchObject([{ method: 'POST', status: 200 }]);
  });

  test('after a refused one on the same connection is served', async () => {
    const { port } = await serveRestApi({ methods, functions });
    const refused = `POST /v1/nothing HTTP/1.1\r\n${host}Content-Length: 4\r\n\r\nbody`;
    const received = await sendRaw(port, `${refused}GET /v1/jobs/7 HTTP/1.1\r\n${host}\r\n`);
    expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 403', 'HTTP/1.1 200']);
  });

  test('never puts its query into the log', async () => {
    const { url, requests } = await serveRestApi({ methods, functions });
    await fetch(`${url}/jobs?access_token=secret`);
    await fetch(`${url}/jobs?access_token=secret%`);
    expect(JSON.stringify(requests)).not.toContain('secret');
    expect(requests.map(({ path }) => path)).toEqual(['/v1/jobs', '/v1/jobs']);
  });
});

test('a fault of an invocation that rejects is a 500 and is told in the log', async () => {
  const { url, lines } = await serveRestApi({ methods, functions: {} });
  const response = await fetch(`${url}/jobs`);
  expect([response.status, await response.json()]).toEqual([500, { message: 'Internal server error' }]);
  expect(lines[0]).toContain('rest-api: Cannot serve GET /v1/jobs: Error: Cannot invoke');
});

describe('mockAnswer()', () => {
  const preflight = (response: Record<string, unknown>) => ({
    Type: 'MOCK',
    RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
    IntegrationResponses: [response],
  });

  test('answers a preflight as CDK writes it, without a call', async () => {
    const mock = preflight({
      StatusCode: '204',
      ResponseParameters: {
        'method.response.header.Access-Control-Allow-Origin': "'*'",
        'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,GET'",
      },
    });
    const { url } = await serveRestApi({ methods: { 'OPTIONS /jobs': { mock } } });
    const response = await fetch(`${url}/jobs`, { method: 'OPTIONS' });
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toBe('OPTIONS,GET');
  });

  test('fills in a body', async () => {
    const mock = preflight({ StatusCode: '200', ResponseTemplates: { 'application/json': '{"s":"$context.stage"}' } });
    const { url } = await serveRestApi({ methods: { 'OPTIONS /jobs': { mock } } });
    expect(await (await fetch(`${url}/jobs`, { method: 'OPTIONS' })).json()).toEqual({ s: 'v1' });
  });
});

describe('readRestApi() refuses by name', () => {
  const cases: [name: string, parts: RestApiParts, message: RegExp][] = [
    [
      'an integration of another type',
      { methods: { 'GET /a': { mock: { Type: 'HTTP_PROXY' } } } },
      /GET \/a.*HTTP_PROXY/,
    ],
    ['a mock without a response', { methods: { 'GET /a': { mock: { Type: 'MOCK' } } } }, /GET \/a.*no response/],
    [
      'a template with VTL',
      {
        methods: {
          'GET /a': { mock: { Type: 'MOCK', IntegrationResponses: [{ ResponseTemplates: { x: '#set($a = 1)' } }] } },
        },
      },
      /GET \/a.*VTL/,
    ],
    ['another type of authorizer', { methods: {}, cached: { Type: 'TOKEN' } }, /authorizer cached.*TOKEN.*REQUEST/],
    [
      'an authorizer that invokes nothing',
      { methods: {}, cached: { AuthorizerUri: 'x' } },
      /authorizer cached.*function/,
    ],
  ];
  test.each(cases)('%s', (_, parts, message) => {
    expect(() => readRestApi(handMadeAssembly(restApiResources(parts)))).toThrow(message);
  });

  test('a stream whose address is for whole answers', () => {
    const resources = restApiResources({ methods: { 'GET /a': { streamed: true } } });
    const integration = resources['Method GET /a']?.Properties?.Integration as Record<string, unknown>;
    integration.ResponseTransferMode = 'BUFFERED';
    expect(() => readRestApi(handMadeAssembly(resources))).toThrow(/GET \/a.*ResponseTransferMode/);
  });

  test('a template without a REST API', () => {
    expect(() => readRestApi(handMadeAssembly({}))).toThrow(/0 resources AWS::ApiGateway::RestApi/);
  });
});
