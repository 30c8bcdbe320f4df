import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, inject, it } from 'vitest';
import type { JobEvent, Json } from '../../protocol/types.ts';
import { collect } from './channel.ts';
import { recordingOf } from './recordings.ts';
import { openService, type Service, submit } from './service.ts';
import { liveUrl, webSocket } from './socket.ts';
import { openSocket } from './socket-client.ts';

let service: Service;

beforeAll(async () => {
  service = await openService(inject('server'));
});

/** Jobs that somebody else ends while their runs begin, fail and wait: each with the reason that its log must show. */
const races: [string, string, Json, object, (job: string) => Promise<unknown>][] = [
  ['a cancel', 'job.canceled', { failures: 20 }, {}, cancelSometime],
  [
    'two cancels at once',
    'job.canceled',
    { failures: 20 },
    {},
    (job) => Promise.all([cancelSometime(job), cancelSometime(job)]),
  ],
  ['a deadline that readers find past', 'job.timed-out', { failures: 20 }, { deadlineSeconds: 2 }, readUntilDone],
];

async function cancelSometime(job: string): Promise<void> {
  await pause(Math.random() * 2_500);
  await service.api.call('POST', `/jobs/${job}/cancel`);
}

async function readUntilDone(job: string): Promise<void> {
  await service.api.end(job);
}

it.each(races)('%s between runs is pushed once, and after all that came before', async (_, end, input, rest, race) => {
  const check = async () => {
    const job = await submit(service.api, 'flaky', input, rest);
    const [told] = await Promise.all([collect(webSocket, service.target, { job }), race(job)]);
    const { events } = await recordingOf(service.api, job);
    expect(told.map(({ type, seq }: JobEvent) => `${seq} ${type}`)).toEqual(
      events.map(({ type, seq }) => `${seq} ${type}`),
    );
    expect(events.at(-1)?.type).toBe(end);
  };
  await Promise.all(Array.from({ length: 16 }, check));
});

it('a job with several messages is pushed once: its submit was repeated while nobody had claimed it', async () => {
  const socket = await openSocket(await liveUrl(service.target.url), {
    headers: { authorization: `Bearer ${service.target.key}` },
  });
  const body = { type: 'echo', input: { value: 1, delayMs: 200 }, delaySeconds: 1 };
  const submitted = Array.from({ length: 6 }, async (_, index) => {
    const headers = { 'idempotency-key': `${index} ${Math.random()}` };
    const repeats = await Promise.all([1, 2, 3].map(() => service.api.submit(body, headers)));
    const [job = ''] = new Set(repeats.map(({ id }) => id));
    socket.send({ type: 'subscribe', id: job, job });
    return job;
  });
  const jobs = await Promise.all(submitted);
  await Promise.all(jobs.map((job) => service.api.end(job)));
  await pause(3_000);
  socket.close();
  for (const job of jobs) {
    const told = socket.messages.filter((message) => 'id' in message && message.id === job).map(({ type }) => type);
    expect(told).toEqual(['subscribed', 'event', 'event', 'event', 'complete']);
  }
});
