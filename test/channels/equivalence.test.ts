import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { eventTypes } from '../../protocol/lifecycle.ts';
import type { Job } from '../../protocol/types.ts';
import { collect } from './channel.ts';
import { kept, type Recording, record, recordingOf } from './recordings.ts';
import { channels, openService, type Service, submit } from './service.ts';
import { webSocket } from './socket.ts';
import { plainStream } from './streams.ts';

let service: Service;
let recordings: Map<string, Recording>;
let stumbling: Promise<string>;

beforeAll(async () => {
  service = await openService(inject('server'));
  stumbling = submit(service.api, 'stumble', { parts: 6 });
  recordings = await record(service.api);
});

/** Of a long log, the first and last few cursors and some between. */
function cursorsOf({ events }: Recording): number[] {
  const seqs = [0, ...events.map(({ seq }) => seq)];
  return seqs.filter((_, index) => index < 4 || index % 23 === 0 || index >= seqs.length - 3);
}

it('records logs with every type of event among them', () => {
  const seen = new Set([...recordings.values()].flatMap(({ events }) => events.map(({ type }) => type)));
  expect([...seen].toSorted()).toEqual([...eventTypes].toSorted());
});

describe.each(channels)('$name', (channel) => {
  it('tells the same events in the same order from every cursor of every log', async () => {
    for (const [name, recording] of recordings) {
      const { job, events } = recording;
      await Promise.all(
        cursorsOf(recording).map(async (after) => {
          const told = await collect(channel, service.target, { job, after });
          expect(told, `${name}, after ${after}`).toEqual(events.filter(({ seq }) => seq > after));
        }),
      );
    }
  });

  it('starts from the beginning without a cursor', async () => {
    const [recording] = recordings.values();
    const { job, events } = recording ?? { job: '', events: [] };
    expect(await collect(channel, service.target, { job })).toEqual(events);
  });

  const strange = ['999999', '-1', '1.5', 'seventeen', '99999999999999999999'];
  it.each(strange.filter((cursor) => channel.takes?.(cursor) ?? true))(
    'answers the cursor %s, which never was, with a reset and the whole log',
    async (after) => {
      const [recording] = recordings.values();
      const { job, events } = recording ?? { job: '', events: [] };
      const resets: Job[] = [];
      const told = await collect(channel, service.target, { job, after, onReset: (reset) => resets.push(reset) });
      expect(resets).toMatchObject([{ id: job, done: true, status: 'succeeded' }]);
      expect(resets[0]).not.toHaveProperty('input');
      expect(told).toEqual(events);
    },
  );

  it("refuses another tenant's job as one that does not exist", async () => {
    const [recording] = recordings.values();
    for (const job of [recording?.job ?? '', 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa', 'no-job'])
      await expect(collect(channel, service.stranger, { job })).rejects.toMatchObject({ status: 404 });
  });

  it('tells a job as it happens, each event once and in order, whenever it is joined', async () => {
    const job = await submit(service.api, 'stream', { parts: 12, intervalMs: 90, bytes: 20 });
    const joins = [0, 50, 100, 300, 500, 700, 900, 1_100, 1_300].map(async (delayMs) => {
      await pause(delayMs + Math.random() * 100);
      return kept(await collect(channel, service.target, { job }));
    });
    const told = await Promise.all(joins);
    const { events } = await recordingOf(service.api, job);
    for (const each of told) expect(each).toEqual(kept(events));
  });
});

describe.each([plainStream, webSocket])('$name with a slow reader', (channel) => {
  it('loses nothing of more than its buffers hold', async () => {
    const job = await submit(service.api, 'stream', { parts: 400, intervalMs: 2, bytes: 20_000 });
    const [told] = await Promise.all([
      collect(channel, service.target, { job, sleepsMs: 4_000 }),
      collect(channel, service.target, { job }),
    ]);
    const { events } = await recordingOf(service.api, job);
    expect(kept(told)).toEqual(kept(events));
  });
});

it('all channels go on over a run that dies half-way, whose parts stay in the log', { timeout: 120_000 }, async () => {
  const job = await stumbling;
  const told = await Promise.all(channels.map(async (each) => kept(await collect(each, service.target, { job }))));
  const { events } = await recordingOf(service.api, job, 100_000);
  for (const each of told) expect(each).toEqual(kept(events));
  const story = events.filter(({ type }) => type !== 'job.progress').map(({ type }) => type.slice('job.'.length));
  expect(story.join(' ')).toMatch(/^queued running( output)+ running( output){6} succeeded$/);
});
