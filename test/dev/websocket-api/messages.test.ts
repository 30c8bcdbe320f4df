import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import {
  closed,
  nextMessage,
  opened,
  type SocketEvent,
  serveWebSocketApi,
  usualRoutes,
} from './serve-websocket-api.ts';

const id = expect.stringMatching(/^[\w-]{15}=$/);

test('messageEvent() and disconnectEvent() have every field, as API Gateway fills them', async () => {
  const { connect, events, port } = await serveWebSocketApi();
  const socket = await opened(connect());
  socket.send('{"type":"ping"}');
  await expect.poll(() => events.length).toBe(2);
  socket.close(4001, 'bye');
  await expect.poll(() => events.length).toBe(3);
  const [connected, message, end] = events as [SocketEvent, SocketEvent, SocketEvent];
  const shared = {
    authorizer: connected.requestContext.authorizer,
    requestId: id,
    extendedRequestId: id,
    requestTime: expect.any(String),
    requestTimeEpoch: expect.any(Number),
    messageDirection: 'IN',
    stage: 'live',
    connectedAt: connected.requestContext.connectedAt,
    identity: { sourceIp: '127.0.0.1' },
    domainName: `127.0.0.1:${port}`,
    connectionId: connected.requestContext.connectionId,
    apiId: connected.requestContext.apiId,
  };
  expect(message).toEqual({
    requestContext: { ...shared, routeKey: '$default', eventType: 'MESSAGE', messageId: id },
    body: '{"type":"ping"}',
    isBase64Encoded: false,
  });
  expect(end).toEqual({
    headers: { Host: `127.0.0.1:${port}`, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' },
    multiValueHeaders: {
      Host: [`127.0.0.1:${port}`],
      'x-api-key': [''],
      'X-Forwarded-For': [''],
      'x-restapi': [''],
    },
    requestContext: {
      ...shared,
      routeKey: '$disconnect',
      eventType: 'DISCONNECT',
      disconnectStatusCode: 4001,
      disconnectReason: 'bye',
    },
    isBase64Encoded: false,
  });
});

describe('$disconnect is told', () => {
  const ends: [name: string, end: (socket: WebSocket) => void, code: number, reason: string][] = [
    ['of a close without a code', (socket) => socket.close(), 1005, 'Client-side close frame status not set'],
    ['of a normal close', (socket) => socket.close(1000), 1000, ''],
    ['of a connection that broke', (socket) => socket.terminate(), 1006, 'Connection Closed Abnormally'],
  ];
  test.each(ends)('%s', async (_, end, code, reason) => {
    const { connect, events, api } = await serveWebSocketApi();
    end(await opened(connect()));
    await expect
      .poll(() => events.at(-1)?.requestContext)
      .toMatchObject({ routeKey: '$disconnect', disconnectStatusCode: code, disconnectReason: reason });
    expect(api.connections.byId.size).toBe(0);
  });
});

describe('routeMessage()', () => {
  const routes = { ...usualRoutes, submit: {}, slow: { timeoutMs: 50 }, fails: {}, echo: { twoWay: true } };
  const functions = {
    submit: () => ({ statusCode: 200, body: 'goes nowhere' }),
    slow: () => new Promise(() => undefined),
    fails: () => {
      throw new Error('secret detail');
    },
    echo: ({ body }: { body: string }) => ({ statusCode: 200, body }),
  };

  const selections: [message: string, route: string][] = [
    ['{"type":"submit"}', 'submit'],
    ['{"type":"nothing"}', '$default'],
    ['{"type":"$connect"}', '$default'],
    ['{"type":"$disconnect"}', '$default'],
    ['{"type":["submit"]}', '$default'],
    ['{"no":"type"}', '$default'],
    ['not JSON', '$default'],
    ['"submit"', '$default'],
    ['', '$default'],
    ['{"__proto__":{"type":"submit"}}', '$default'],
  ];
  test.each(selections)('sends %s to %s', async (message, route) => {
    const routed: string[] = [];
    const keep = ({ requestContext }: SocketEvent) => {
      routed.push(String(requestContext.routeKey));
      return { statusCode: 200 };
    };
    const { connect } = await serveWebSocketApi({ routes, functions: { ...functions, submit: keep, default: keep } });
    const socket = await opened(connect());
    socket.send(message);
    await expect.poll(() => routed).toEqual([route]);
  });

  const refusals: [message: string, text: string][] = [
    ['{"type":"fails"}', 'Internal server error'],
    ['{"type":"slow"}', 'Endpoint request timed out'],
  ];
  test.each(refusals)('answers %s with "%s", and the connection stays', async (message, text) => {
    const { connect, lines } = await serveWebSocketApi({ routes, functions });
    const socket = await opened(connect());
    socket.send(message);
    expect(await nextMessage(socket)).toEqual({ message: text, connectionId: id, requestId: id });
    expect(lines).toHaveLength(1);
    socket.send('{"type":"echo"}');
    expect(await nextMessage(socket)).toEqual({ type: 'echo' });
  });

  test('answers a message that no route takes with Forbidden', async () => {
    const { connect } = await serveWebSocketApi({ routes: { $connect: {} } });
    const socket = await opened(connect());
    socket.send('x');
    expect(await nextMessage(socket)).toMatchObject({ message: 'Forbidden' });
  });

  test('answers past the throttle of the stage with Too Many Requests', async () => {
    const { connect } = await serveWebSocketApi({
      stage: { DefaultRouteSettings: { ThrottlingBurstLimit: 1, ThrottlingRateLimit: 0.001 } },
    });
    const socket = await opened(connect());
    socket.send('1');
    socket.send('2');
    expect(await nextMessage(socket)).toMatchObject({ message: 'Too Many Requests' });
  });

  test('sends no answer back on a one-way route', async () => {
    const { connect } = await serveWebSocketApi({ routes, functions });
    const socket = await opened(connect());
    const messages: string[] = [];
    socket.on('message', (data: RawData) => messages.push(data.toString()));
    socket.send('{"type":"submit"}');
    socket.send('{"type":"echo"}');
    await once(socket, 'message');
    await sleep(30);
    expect(messages).toEqual(['{"type":"echo"}']);
  });

  test('calls at once for each message, without waiting for the one before', async () => {
    let running = 0;
    const { promise: untilAllRun, resolve } = Promise.withResolvers<void>();
    const { connect } = await serveWebSocketApi({
      functions: {
        default: async () => {
          running += 1;
          if (running === 5) resolve();
          await untilAllRun;
        },
      },
    });
    const socket = await opened(connect());
    for (let index = 0; index < 5; index++) socket.send(String(index));
    await untilAllRun;
    expect(running).toBe(5);
  });
});

describe('a connection is closed', () => {
  const kilobyte = 1024;
  const tooMuch: [name: string, send: (socket: WebSocket) => void, code: number][] = [
    ['with 1009 for a frame over 32 KB', (socket) => socket.send('x'.repeat(32 * kilobyte + 1)), 1009],
    ['with 1009 for a frame over 64 KB', (socket) => socket.send('x'.repeat(100 * kilobyte)), 1009],
    ['with 1009 for a frame over the message limit', (socket) => socket.send('x'.repeat(1024 * kilobyte)), 1009],
    ['with 1009 for a message over 128 KB', (socket) => sendFrames(socket, 5, 32 * kilobyte), 1009],
    ['with 1003 for a binary message', (socket) => socket.send(Buffer.from([1, 2, 3])), 1003],
    ['with 1007 for text that is no UTF-8', (socket) => socket.send(Buffer.from([0xff]), { binary: false }), 1007],
  ];
  test.each(tooMuch)('%s', async (_, send, code) => {
    const { connect, events, api } = await serveWebSocketApi();
    const socket = await opened(connect());
    send(socket);
    expect((await closed(socket))[0]).toBe(code);
    await expect.poll(() => events.at(-1)?.requestContext.routeKey).toBe('$disconnect');
    expect(events.map(({ requestContext }) => requestContext.eventType)).toEqual(['CONNECT', 'DISCONNECT']);
    expect(api.connections.byId.size).toBe(0);
  });

  test('not for 128 KB in frames of 32 KB, nor for small frames in pieces', async () => {
    const { connect, events } = await serveWebSocketApi();
    const socket = await opened(connect());
    sendFrames(socket, 4, 32 * kilobyte);
    for (let index = 0; index < 200; index++) socket.send('y'.repeat(index));
    socket.send('z'.repeat(32 * kilobyte));
    await expect.poll(() => events.length).toBe(203);
    expect(events.map(({ body }) => body?.length)).toEqual([
      undefined,
      128 * kilobyte,
      ...Array.from({ length: 200 }, (_, index) => index),
      32 * kilobyte,
    ]);
  });

  test('when it has been idle, with 1001', async () => {
    const { connect, events } = await serveWebSocketApi({ limits: { idleMs: 1_000 } });
    const [idle, busy, pinging] = await Promise.all([opened(connect()), opened(connect()), opened(connect())]);
    const timer = setInterval(() => {
      busy.send('x');
      pinging.ping();
    }, 30);
    expect(await closed(idle)).toEqual([1001, 'Going away']);
    await sleep(200);
    clearInterval(timer);
    expect([busy.readyState, pinging.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
    const ends = events.filter(({ requestContext }) => requestContext.eventType === 'DISCONNECT');
    expect(ends.map(({ requestContext }) => requestContext.disconnectStatusCode)).toEqual([1001]);
  });

  test('at its age, however busy, with 1001', async () => {
    const { connect } = await serveWebSocketApi({ limits: { maxConnectionMs: 100 } });
    const socket = await opened(connect());
    const timer = setInterval(() => socket.send('x'), 20);
    expect(await closed(socket)).toEqual([1001, 'Going away']);
    clearInterval(timer);
  });
});

/** One message in `count` frames. */
function sendFrames(socket: WebSocket, count: number, bytes: number): void {
  for (let index = 0; index < count; index++) socket.send('x'.repeat(bytes), { fin: index === count - 1 });
}
