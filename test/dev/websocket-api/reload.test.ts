import { expect, test } from 'vitest';
import { closed, nextMessage, opened, serveWebSocketApi } from './serve-websocket-api.ts';

const saying = (word: string) => ({
  routes: { $connect: {}, $default: { twoWay: true }, $disconnect: {} },
  functions: { default: () => ({ statusCode: 200, body: JSON.stringify(word) }) },
});

test('startWebSocketApi() takes open connections over: their messages go to the new functions', async () => {
  const old = await serveWebSocketApi(saying('old'));
  const socket = await opened(old.connect());
  socket.send('x');
  expect(await nextMessage(socket)).toBe('old');

  const next = await serveWebSocketApi({ ...saying('new'), connections: old.api.connections });
  await old.api.stop();
  expect(socket.readyState).toBe(socket.OPEN);
  socket.send('x');
  expect(await nextMessage(socket)).toBe('new');

  socket.close();
  await expect.poll(() => next.events.map(({ requestContext }) => requestContext.routeKey)).toEqual(['$disconnect']);
  expect(old.events.map(({ requestContext }) => requestContext.routeKey)).toEqual(['$connect']);
});

test('stop() closes what is open with 1001, also where a client does not answer', async () => {
  const { api, connect } = await serveWebSocketApi();
  const [polite, mute] = await Promise.all([opened(connect()), opened(connect())]);
  (mute as typeof mute & { _socket: { pause(): void } })._socket.pause();
  const end = closed(polite);
  const startedMs = performance.now();
  await api.stop();
  expect(await end).toEqual([1001, 'Going away']);
  expect(api.connections.byId.size).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});
