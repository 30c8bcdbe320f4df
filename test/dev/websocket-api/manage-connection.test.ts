import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  LimitExceededException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { RawData, WebSocket } from 'ws';
import { closed, opened, serveWebSocketApi } from './serve-websocket-api.ts';

function client(endpoint: string): ApiGatewayManagementApiClient {
  const made = new ApiGatewayManagementApiClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  onTestFinished(() => made.destroy());
  return made;
}

async function serveOne(options: Parameters<typeof serveWebSocketApi>[0] = {}) {
  const server = await serveWebSocketApi(options);
  const socket = await opened(server.connect());
  const messages: string[] = [];
  socket.on('message', (data: RawData) => messages.push(data.toString()));
  const ConnectionId = [...server.api.connections.byId.keys()][0] ?? '';
  return { ...server, socket, messages, ConnectionId, sdk: client(server.callback) };
}

describe('manageConnection(), called by the SDK', () => {
  test('sends a message as text', async () => {
    const { sdk, ConnectionId, messages } = await serveOne();
    expect(ConnectionId).toMatch(/=$/);
    await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: '{"a":"€"}' }));
    await expect.poll(() => messages).toEqual(['{"a":"€"}']);
  });

  test('describes a connection', async () => {
    const { sdk, ConnectionId } = await serveOne();
    const { ConnectedAt, LastActiveAt, Identity } = await sdk.send(new GetConnectionCommand({ ConnectionId }));
    expect(ConnectedAt).toBeInstanceOf(Date);
    expect(Number(LastActiveAt)).toBeGreaterThanOrEqual(Number(ConnectedAt));
    expect(Identity).toMatchObject({ SourceIp: '127.0.0.1' });
  });

  test('closes a connection', async () => {
    const { sdk, ConnectionId, socket, events } = await serveOne();
    const end = closed(socket);
    await sdk.send(new DeleteConnectionCommand({ ConnectionId }));
    expect(await end).toEqual([1000, 'Connection Closed Normally']);
    await expect.poll(() => events.at(-1)?.requestContext.routeKey).toBe('$disconnect');
    await expect(sdk.send(new GetConnectionCommand({ ConnectionId }))).rejects.toThrow(GoneException);
  });

  test('throws GoneException for each call once the client has left', async () => {
    const { sdk, ConnectionId, socket, api } = await serveOne();
    socket.terminate();
    await expect.poll(() => api.connections.byId.size).toBe(0);
    const input = { ConnectionId, Data: 'x' };
    for (const command of [new GetConnectionCommand(input), new DeleteConnectionCommand(input)]) {
      await expect(sdk.send(command as GetConnectionCommand)).rejects.toThrow(GoneException);
    }
    await expect(sdk.send(new PostToConnectionCommand(input))).rejects.toMatchObject({
      name: 'GoneException',
      $metadata: { httpStatusCode: 410 },
    });
  });

  test.each(['never-was=', 'a/b+c=', '%', '../..', '__proto__'])('throws GoneException for the id %s', async (id) => {
    const { sdk } = await serveOne();
    const posting = sdk.send(new PostToConnectionCommand({ ConnectionId: id, Data: 'x' }));
    await expect(posting).rejects.toThrow(GoneException);
  });

  test('throws GoneException while $connect still runs', async () => {
    const outcome = Promise.withResolvers<unknown>();
    const { connect, callback } = await serveWebSocketApi({
      functions: {
        connect: async ({ requestContext }: { requestContext: { connectionId: string } }) => {
          const input = { ConnectionId: requestContext.connectionId, Data: 'x' };
          outcome.resolve(
            await client(callback)
              .send(new PostToConnectionCommand(input))
              .catch((error) => error),
          );
          return { statusCode: 200 };
        },
      },
    });
    await opened(connect());
    expect(await outcome.promise).toBeInstanceOf(GoneException);
  });

  test('takes 128 KB, and throws PayloadTooLargeException for a byte more', async () => {
    const { sdk, ConnectionId, messages } = await serveOne();
    await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: 'x'.repeat(128 * 1024) }));
    await expect.poll(() => messages[0]?.length).toBe(128 * 1024);
    const posting = sdk.send(new PostToConnectionCommand({ ConnectionId, Data: 'x'.repeat(128 * 1024 + 1) }));
    await expect(posting).rejects.toThrow(PayloadTooLargeException);
    await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: 'still open' }));
    await expect.poll(() => messages.at(-1)).toBe('still open');
  });

  test('throws LimitExceededException where the client reads too slowly', async () => {
    const { sdk, ConnectionId, socket } = await serveOne({ limits: { maxBufferedBytes: 64 * 1024 } });
    (socket as WebSocket & { _socket: { pause(): void } })._socket.pause();
    const posts = async () => {
      for (let index = 0; index < 400; index++) {
        await sdk.send(new PostToConnectionCommand({ ConnectionId, Data: 'x'.repeat(128 * 1024) }));
      }
    };
    await expect(posts()).rejects.toThrow(LimitExceededException);
  });

  test('delivers in the order of the calls, though a later body is there sooner', async () => {
    const { callback, ConnectionId, messages } = await serveOne();
    const path = `${callback}/@connections/${encodeURIComponent(ConnectionId)}`;
    const headers = { authorization: 'AWS4-HMAC-SHA256 x', 'content-length': '5' };
    const slow = request(path, { method: 'POST', headers, agent: false });
    slow.write('fir');
    await sleep(30);
    const later = fetch(path, { method: 'POST', headers: { authorization: 'AWS4-HMAC-SHA256 x' }, body: 'second' });
    await sleep(30);
    expect(messages).toEqual([]);
    slow.end('st');
    await once(slow, 'response');
    await later;
    await expect.poll(() => messages).toEqual(['first', 'second']);
  });

  test('goes on after a call that broke off', async () => {
    const { callback, sdk, ConnectionId, messages } = await serveOne();
    const path = `${callback}/@connections/${encodeURIComponent(ConnectionId)}`;
    const headers = { authorization: 'AWS4-HMAC-SHA256 x', 'content-length': '5' };
    const broken = request(path, { method: 'POST', headers, agent: false });
    broken.on('error', () => undefined);
    broken.write('fir');
    await sleep(30);
    const later = sdk.send(new PostToConnectionCommand({ ConnectionId, Data: 'second' }));
    broken.destroy();
    await later;
    await expect.poll(() => messages).toEqual(['second']);
  });
});

describe('manageConnection() refuses', () => {
  const cases: [name: string, path: string, init: RequestInit, status: number][] = [
    ['a call without a signature', '/@connections/x', { method: 'POST', body: 'x' }, 403],
    ['another address', '/other', { headers: { authorization: 'AWS4-HMAC-SHA256 x' } }, 403],
    ['no id', '/@connections/', { headers: { authorization: 'AWS4-HMAC-SHA256 x' } }, 403],
    ['another method', '/@connections/x', { method: 'PUT', headers: { authorization: 'AWS4-HMAC-SHA256 x' } }, 403],
    ['a stray percent sign', '/@connections/%zz', { headers: { authorization: 'AWS4-HMAC-SHA256 x' } }, 410],
  ];
  test.each(cases)('%s', async (_, path, init, status) => {
    const { callback } = await serveWebSocketApi();
    expect((await fetch(`${callback}${path}`, init)).status).toBe(status);
  });
});
