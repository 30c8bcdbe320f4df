import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { apiOf } from '../contract/api.ts';
import { submit } from './service.ts';
import type { SocketClient } from './socket-client.ts';
import { is, useSockets } from './use-sockets.ts';

const sockets = useSockets();

const told = ({ messages }: SocketClient, id: string) =>
  messages.flatMap((message) => {
    if (!('id' in message) || message.id !== id) return [];
    return [message.type === 'event' ? message.event.type : message.type];
  });

describe('limits', () => {
  it('100 subscriptions of a connection, those that ended not counted', { timeout: 120_000 }, async () => {
    const socket = await sockets.open();
    const jobs = await Promise.all(
      Array.from({ length: 102 }, (_, index) =>
        submit(sockets.service.api, 'echo', { value: 1 }, index === 0 ? {} : { delaySeconds: 600 }),
      ),
    );
    const [ended = '', ...waiting] = jobs;
    socket.send({ type: 'subscribe', id: 'ended', job: ended });
    await socket.until(is('complete', 'ended'));
    for (const [index, job] of waiting.slice(0, 100).entries()) {
      socket.send({ type: 'subscribe', id: `${index}`, job });
      await socket.until(is('subscribed', `${index}`));
    }
    socket.send({ type: 'subscribe', id: 'more', job: waiting[100] });
    expect(await socket.until(is('error', 'more'))).toMatchObject({
      error: { code: 'too-many-subscriptions', status: 429 },
    });
    await Promise.all(waiting.map((job) => sockets.service.api.call('POST', `/jobs/${job}/cancel`)));
    await socket.until(is('complete', '99'));
    socket.send({ type: 'subscribe', id: 'again', job: ended });
    await socket.until(is('complete', 'again'));
  });

  it('none on how many jobs a connection submits, one after another', { timeout: 120_000 }, async () => {
    const clients = await Promise.all(Array.from({ length: 2 }, () => sockets.open()));
    for (let round = 1; round <= 3; round += 1) {
      const ids = Array.from({ length: 40 }, (_, index) => `${round}-${index}`);
      await Promise.all(
        clients.map(async (socket) => {
          for (const id of ids) socket.send({ type: 'submit', id, job: { type: 'echo', input: { value: id } } });
          for (const id of ids)
            await socket.until((message) => is('complete', id)(message) || is('error', id)(message));
        }),
      );
    }
    for (const socket of clients) {
      expect(socket.messages.filter(({ type }) => type === 'error')).toEqual([]);
      expect(socket.messages.filter(({ type }) => type === 'complete')).toHaveLength(120);
    }
  });

  it('100 watchers of a job, each told of it once', { timeout: 120_000 }, async () => {
    const job = await submit(sockets.service.api, 'echo', { value: 1 }, { delaySeconds: 600 });
    const clients = await Promise.all(Array.from({ length: 4 }, () => sockets.open()));
    const ids = Array.from({ length: 25 }, (_, index) => `${index}`);
    await Promise.all(
      clients.map(async (socket) => {
        for (const id of ids) {
          socket.send({ type: 'subscribe', id, job });
          await socket.until(is('event', id));
        }
      }),
    );
    const late = await sockets.open();
    late.send({ type: 'subscribe', id: 'late', job });
    expect(await late.until(is('error', 'late'))).toMatchObject({ error: { code: 'too-many-subscriptions' } });
    await sockets.service.api.call('POST', `/jobs/${job}/cancel`);
    for (const socket of clients)
      for (const id of ids) {
        await socket.until(is('complete', id));
        expect(told(socket, id)).toEqual(['subscribed', 'job.queued', 'job.canceled', 'complete']);
      }
  });

  it('50 messages a second: those beyond are refused, and who waits as long as it is told is served', {
    timeout: 120_000,
  }, async () => {
    const socket = await sockets.open();
    for (let sent = 0; sent < 300; sent += 1) socket.send({ type: 'ping' });
    expect(await socket.until(is('error'))).toMatchObject({ error: { code: 'rate-limited', status: 429 } });
    for (let tries = 0; socket.messages.length < 300 && tries < 100; tries += 1) await pause(100);
    const refusals = socket.messages.filter(is('error')) as { retryAfterSeconds: number }[];
    const waitSeconds = Math.max(...refusals.map(({ retryAfterSeconds }) => retryAfterSeconds));
    expect(waitSeconds).toBeLessThanOrEqual(6);
    await pause(waitSeconds * 1000);
    const pongs = socket.messages.filter(is('pong')).length;
    socket.send({ type: 'ping' });
    await expect.poll(() => socket.messages.filter(is('pong')).length).toBeGreaterThan(pongs);
  });

  it('32 KB a message: more is refused', async () => {
    const socket = await sockets.open();
    socket.send({ type: 'submit', id: 's', job: { type: 'echo', input: { value: 'x'.repeat(40_000) } } });
    await expect
      .poll(() => socket.closeCode ?? told(socket, 's')[0], { timeout: 10_000 })
      .toSatisfy((outcome) => outcome === 1009 || outcome === 'error');
  });

  it('no frame over 32 KB, however large the job', async () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 16 }, (_, index) => [`${index}`.padEnd(64, '名'), '値'.repeat(512)]),
    );
    const job = await submit(
      apiOf(sockets.service.target),
      'stream',
      { parts: 2, intervalMs: 0, bytes: 90_000 },
      { metadata },
    );
    const socket = await sockets.open();
    socket.send({ type: 'subscribe', id: 's', job, after: 99 });
    await socket.until(is('complete', 's'));
    for (const message of socket.messages)
      expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(32_768);
    const parts = socket.messages.flatMap((message) =>
      message.type === 'event' && message.event.truncated ? [message.event] : [],
    );
    expect(parts).toHaveLength(2);
    for (const { url, seq } of parts) {
      const whole = await sockets.service.api.call('GET', url ?? '');
      expect(whole.body).toMatchObject({
        seq,
        data: { run: 1, part: { text: expect.stringMatching(/^\d x{89998}$/) } },
      });
    }
  });
});
