import { connect as connectTcp } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { allowAll, opened, refusal, type SocketEvent, serveWebSocketApi } from './serve-websocket-api.ts';

const connectionId = expect.stringMatching(/^[\w-]{15}=$/);
const time = expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);

test('connectEvent() has every field, as API Gateway fills it', async () => {
  const { events, connect, port } = await serveWebSocketApi({ stage: { StageVariables: { colour: 'blue' } } });
  const options = { headers: { 'User-Agent': 'tests/1', 'X-Twice': ['one', 'two'] as never } };
  await opened(connect('/live?access_token=t&after=1&after=2', [], options));
  expect(events).toHaveLength(1);
  const headers = {
    Host: `127.0.0.1:${port}`,
    'User-Agent': 'tests/1',
    'Sec-WebSocket-Key': expect.any(String),
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Extensions': expect.stringContaining('permessage-deflate'),
    'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-/),
    'X-Forwarded-For': '127.0.0.1',
    'X-Forwarded-Port': String(port),
    'X-Forwarded-Proto': 'http',
  };
  const { requestId } = events[0]?.requestContext ?? {};
  expect(events[0]).toEqual({
    headers: { ...headers, 'X-Twice': 'two' },
    multiValueHeaders: {
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      'X-Twice': ['one', 'two'],
    },
    queryStringParameters: { access_token: 't', after: '2' },
    multiValueQueryStringParameters: { access_token: ['t'], after: ['1', '2'] },
    stageVariables: { colour: 'blue' },
    requestContext: {
      routeKey: '$connect',
      eventType: 'CONNECT',
      authorizer: { principalId: 'me', tenant: 'acme', level: '3', integrationLatency: expect.any(Number) },
      requestId: connectionId,
      extendedRequestId: requestId,
      requestTime: time,
      requestTimeEpoch: expect.any(Number),
      messageDirection: 'IN',
      stage: 'live',
      connectedAt: events[0]?.requestContext.requestTimeEpoch,
      identity: { userAgent: 'tests/1', sourceIp: '127.0.0.1' },
      domainName: `127.0.0.1:${port}`,
      connectionId,
      apiId: expect.stringMatching(/^[a-z0-9]{10}$/),
    },
    isBase64Encoded: false,
  });
});

test('connectAuthorizerEvent() is that of a REQUEST authorizer', async () => {
  const calls: (SocketEvent & { methodArn: string })[] = [];
  const { events, connect } = await serveWebSocketApi({
    functions: {
      authorize: (event: (typeof calls)[number]) => {
        calls.push(event);
        return allowAll();
      },
    },
  });
  await opened(connect('/live?access_token=t'));
  expect(calls[0]).toMatchObject({
    type: 'REQUEST',
    methodArn: expect.stringMatching(/^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]{10}\/live\/\$connect$/),
    headers: { Host: expect.any(String), 'Sec-WebSocket-Version': '13' },
    multiValueHeaders: { 'Sec-WebSocket-Version': ['13'] },
    queryStringParameters: { access_token: 't' },
    multiValueQueryStringParameters: { access_token: ['t'] },
    stageVariables: {},
    requestContext: { routeKey: '$connect', eventType: 'CONNECT', stage: 'live' },
  });
  expect(calls[0]?.requestContext.connectionId).toBe(events[0]?.requestContext.connectionId);
  expect(calls[0]?.requestContext).not.toHaveProperty('authorizer');
});

describe('a handshake is refused', () => {
  const throwing = (message: string) => () => {
    throw new Error(message);
  };
  const cases: [name: string, functions: Record<string, () => unknown>, status: number, message: string][] = [
    ['where the authorizer throws Unauthorized', { authorize: throwing('Unauthorized') }, 401, 'Unauthorized'],
    [
      'where the policy denies',
      {
        authorize: () => ({
          principalId: 'me',
          policyDocument: { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] },
        }),
      },
      403,
      'User is not authorized to access this resource with an explicit deny',
    ],
    ['where the authorizer fails', { authorize: throwing('secret detail') }, 500, 'Internal server error'],
    ['where the authorizer answers nothing', { authorize: () => null }, 500, 'Internal server error'],
    ['where $connect answers 401', { connect: () => ({ statusCode: 401 }) }, 401, 'Unauthorized'],
    ['where $connect answers 403', { connect: () => ({ statusCode: 403, body: 'secret' }) }, 403, 'Forbidden'],
    ['where $connect answers 500', { connect: () => ({ statusCode: 500 }) }, 500, 'Internal server error'],
    ['where $connect fails', { connect: throwing('secret detail') }, 502, 'Internal server error'],
    ['where $connect answers nothing', { connect: () => undefined }, 502, 'Internal server error'],
  ];
  test.each(cases)('%s', async (_, functions, status, message) => {
    const { connect, requests, api, events } = await serveWebSocketApi({ functions });
    expect(await refusal(connect())).toEqual({ status, body: { message, connectionId, requestId: connectionId } });
    expect(requests).toMatchObject([{ method: 'GET', path: '/live', status }]);
    expect(api.connections.byId.size).toBe(0);
    await sleep(20);
    expect(events.map(({ requestContext }) => requestContext.routeKey)).not.toContain('$disconnect');
  });

  test('where an identity source is missing, without a call', async () => {
    const identitySource = ['route.request.querystring.access_token'];
    const authorize = () => expect.unreachable();
    const { connect } = await serveWebSocketApi({ identitySource, functions: { authorize } });
    expect(await refusal(connect())).toMatchObject({ status: 401 });
    const passes = await serveWebSocketApi({ identitySource });
    await opened(passes.connect('/live?access_token=x'));
  });

  test('where $connect takes too long', async () => {
    const { connect } = await serveWebSocketApi({
      routes: { $connect: { timeoutMs: 50 } },
      functions: { connect: () => new Promise(() => undefined) },
    });
    expect(await refusal(connect())).toMatchObject({ status: 504 });
  });

  test('at another path', async () => {
    const { connect } = await serveWebSocketApi();
    for (const path of ['/', '/other', '/live/x']) expect(await refusal(connect(path))).toMatchObject({ status: 403 });
  });

  test('past 500 connects in a second', async () => {
    const { connect } = await serveWebSocketApi({ limits: { connectsPerSecond: 2 } });
    await Promise.all([opened(connect()), opened(connect())]);
    expect(await refusal(connect())).toMatchObject({ status: 429, body: { message: 'Too Many Requests' } });
  });

  const malformed: [name: string, lines: string[]][] = [
    ['no key', ['Upgrade: websocket', 'Sec-WebSocket-Version: 13']],
    ['a wrong key', ['Upgrade: websocket', 'Sec-WebSocket-Key: x', 'Sec-WebSocket-Version: 13']],
    [
      'another version',
      ['Upgrade: websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 8'],
    ],
    ['another protocol', ['Upgrade: h2c', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13']],
    [
      'malformed subprotocols',
      [
        'Upgrade: websocket',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Protocol: a,,b',
      ],
    ],
  ];
  test.each(malformed)('with %s, before any function is called', async (_, lines) => {
    const { port, events } = await serveWebSocketApi();
    const socket = connectTcp(port, '127.0.0.1');
    socket.write(['GET /live HTTP/1.1', 'Host: x', 'Connection: Upgrade', ...lines, '', ''].join('\r\n'));
    const parts: Buffer[] = [];
    for await (const part of socket) parts.push(part as Buffer);
    expect(Buffer.concat(parts).toString()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(events).toEqual([]);
  });
});

describe('the subprotocol', () => {
  const answering = (headers?: Record<string, string>) => ({ connect: () => ({ statusCode: 200, headers }) });

  test('is the one that $connect names', async () => {
    const { connect } = await serveWebSocketApi({ functions: answering({ 'sec-websocket-protocol': 'b' }) });
    expect((await opened(connect('/live', ['a', 'b']))).protocol).toBe('b');
  });

  test('is none where $connect names none, which a client that asked for one takes as a failure', async () => {
    const { connect } = await serveWebSocketApi({ functions: answering() });
    await expect(opened(connect('/live', ['a']))).rejects.toThrow('Server sent no subprotocol');
  });

  test('is not sent to a client that asked for none', async () => {
    const { connect } = await serveWebSocketApi({ functions: answering({ 'Sec-WebSocket-Protocol': 'a' }) });
    expect((await opened(connect())).protocol).toBe('');
  });
});

test('a client that leaves while $connect runs is told to $disconnect, and breaks nothing', async () => {
  const begun = Promise.withResolvers<void>();
  const { connect, api, events, port } = await serveWebSocketApi({
    functions: {
      connect: async () => {
        begun.resolve();
        await sleep(200);
        return { statusCode: 200 };
      },
    },
  });
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const socket = connectTcp(port, '127.0.0.1');
  const lines = ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', key, 'Sec-WebSocket-Version: 13'];
  socket.write(['GET /live HTTP/1.1', ...lines, '', ''].join('\r\n'));
  await begun.promise;
  socket.resetAndDestroy();
  await expect
    .poll(() => events.map(({ requestContext }) => [requestContext.routeKey, requestContext.disconnectStatusCode]))
    .toEqual([['$disconnect', 1006]]);
  expect(api.connections.byId.size).toBe(0);
  await opened(connect());
});

test('an API without $connect takes everybody', async () => {
  const { connect } = await serveWebSocketApi({ routes: { $default: {} } });
  await opened(connect());
});
