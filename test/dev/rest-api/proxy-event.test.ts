import { request } from 'node:http';
import { expect, test } from 'vitest';
import { serveRestApi } from './serve-rest-api.ts';

/** Sends a request as a client with its own idea of header names would; node:http keeps their case. */
function send(url: string, options: { method?: string; headers?: Record<string, string | string[]>; body?: string }) {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = request(url, { method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false });
  sent.on('response', (response) => {
    response.resume();
    response.on('end', () => resolve(response.statusCode ?? 0));
  });
  sent.on('error', reject);
  sent.end(options.body);
  return promise;
}

async function capture(parts: Partial<Parameters<typeof serveRestApi>[0]> & { functionId: string }) {
  const events: Record<string, unknown>[] = [];
  const server = await serveRestApi({
    methods: { 'ANY /jobs/{id}': {} },
    ...parts,
    functions: {
      [parts.functionId]: (event: Record<string, unknown>) => {
        events.push(event);
        return { statusCode: 200 };
      },
    },
  });
  return { ...server, events };
}

test('proxyEvent() has every field of format 1.0, as API Gateway fills it', async () => {
  const { url, port, events } = await capture({
    functionId: 'ANYjobsid',
    now: () => Date.UTC(2026, 10, 5, 7, 8, 9, 12),
    stage: { Variables: { colour: 'blue' } },
  });
  await send(`${url}/jobs/a%2Fb?x=1&x=2&y=%20z+q&flag`, {
    method: 'POST',
    headers: {
      host: 'api.example.com:8202',
      'user-agent': 'tests/1',
      authorization: 'Bearer k',
      'X-Twice': ['one', 'two'],
      'x-forwarded-for': '203.0.113.9',
      'Content-Type': 'application/json',
      te: 'trailers',
    },
    body: '{"a":"€"}',
  });
  const headers = {
    'Content-Type': 'application/json',
    Authorization: 'Bearer k',
    Host: 'api.example.com:8202',
    'User-Agent': 'tests/1',
    'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    'X-Forwarded-For': '203.0.113.9, 127.0.0.1',
    'X-Forwarded-Port': String(port),
    'X-Forwarded-Proto': 'http',
  };
  expect(events).toEqual([
    {
      resource: '/jobs/{id}',
      path: '/jobs/a%2Fb',
      httpMethod: 'POST',
      headers: { ...headers, 'X-Twice': 'two' },
      multiValueHeaders: {
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
        'X-Twice': ['one', 'two'],
      },
      queryStringParameters: { x: '2', y: ' z q', flag: '' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: [' z q'], flag: [''] },
      pathParameters: { id: 'a/b' },
      stageVariables: { colour: 'blue' },
      requestContext: {
        accountId: '000000000000',
        apiId: expect.stringMatching(/^[a-z0-9]{10}$/),
        deploymentId: 'deployment',
        domainName: 'api.example.com:8202',
        domainPrefix: 'api',
        extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/),
        httpMethod: 'POST',
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: '127.0.0.1',
          user: null,
          userAgent: 'tests/1',
          userArn: null,
        },
        path: '/v1/jobs/a%2Fb',
        protocol: 'HTTP/1.1',
        requestId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        requestTime: '05/Nov/2026:07:08:09 +0000',
        requestTimeEpoch: Date.UTC(2026, 10, 5, 7, 8, 9, 12),
        resourceId: 'Resource_jobs_{id}',
        resourcePath: '/jobs/{id}',
        stage: 'v1',
      },
      body: '{"a":"€"}',
      isBase64Encoded: false,
    },
  ]);
});

test('proxyEvent() has null for what a request lacks', async () => {
  const { url, events } = await capture({ functionId: 'GET', methods: { 'GET /': {} } });
  await send(url, {});
  expect(events[0]).toMatchObject({
    resource: '/',
    path: '/',
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
    requestContext: { identity: { userAgent: null }, path: '/v1' },
  });
  expect(events[0]?.requestContext).not.toHaveProperty('authorizer');
});

test('proxyEvent() keeps what looks like a prototype as plain data', async () => {
  const { url, events } = await capture({ functionId: 'ANYjobsid' });
  await send(`${url}/jobs/__proto__?__proto__=1&constructor=2`, { headers: { __proto__x: 'y', constructor: 'z' } });
  expect(JSON.stringify(events[0]?.queryStringParameters)).toBe('{"__proto__":"1","constructor":"2"}');
  expect(events[0]?.pathParameters).toEqual({ id: '__proto__' });
});

test('proxyEvent() carries a body of a binary media type as base64, others as text', async () => {
  const { url, events } = await capture({
    functionId: 'ANYjobsid',
    api: { BinaryMediaTypes: ['image/*', 'application/pdf'] },
  });
  const cases = [
    ['image/png', '\u0000x', 'AHg=', true],
    ['Application/PDF; q=1', 'x', 'eA==', true],
    ['text/plain', '\u0000x', '\u0000x', false],
  ] as const;
  for (const [type, body] of cases)
    await send(`${url}/jobs/1`, { method: 'PUT', headers: { 'content-type': type }, body });
  expect(events.map(({ body, isBase64Encoded }) => [body, isBase64Encoded])).toEqual(
    cases.map(([, , body, isBase64Encoded]) => [body, isBase64Encoded]),
  );
});

test('newRequestContext() takes no odd Host header into the domain name', async () => {
  const { url, events } = await capture({ functionId: 'ANYjobsid' });
  await send(`${url}/jobs/1`, { headers: { host: 'evil"}<script>' } });
  expect(events[0]?.requestContext).toMatchObject({ domainName: 'localhost', domainPrefix: 'localhost' });
});
