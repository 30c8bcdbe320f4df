import * as fc from 'fast-check';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { JobEvent } from '../../protocol/types.ts';
import { jsonPage } from './polls.ts';
import { kept, type Recording, record, recordingOf } from './recordings.ts';
import { channels, openService, type Service, submit } from './service.ts';

/** A client's way through a log: by which channel it follows, and after how many events, or when, it is cut off. */
interface Leg {
  channel: string;
  cut: { events: number } | { ms: number };
}

let service: Service;
let recordings: Recording[];

beforeAll(async () => {
  service = await openService(inject('server'));
  // The long one is read from every cursor elsewhere: here it would take most of the time.
  recordings = [...(await record(service.api)).values()].filter(({ events }) => events.length < 30);
});

const channelName = fc.constantFrom(...channels.map(({ name }) => name));

const legs = (slowestMs: number): fc.Arbitrary<Leg[]> =>
  fc.array(
    fc.record({
      channel: channelName,
      cut: fc.oneof(
        fc.record({ events: fc.integer({ min: 1, max: 6 }) }),
        fc.record({ ms: fc.integer({ min: 0, max: slowestMs }) }),
      ),
    }),
    { minLength: 1, maxLength: 5 },
  );

/** Follows a job leg by leg, each from the cursor that the one before has left; the last one goes on to the end. */
async function wander(job: string, way: Leg[], last: string): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for (const { channel: name, cut } of [...way, { channel: last, cut: { events: Number.POSITIVE_INFINITY } }]) {
    const channel = channels.find((each) => each.name === name) ?? jsonPage;
    const control = new AbortController();
    const most = 'events' in cut ? events.length + cut.events : Number.POSITIVE_INFINITY;
    const timer = 'ms' in cut ? setTimeout(() => control.abort(), cut.ms) : undefined;
    await channel.follow(service.target, {
      job,
      after: events.at(-1)?.seq,
      signal: control.signal,
      onEvent(event) {
        events.push(event);
        if (events.length >= most) control.abort();
      },
    });
    clearTimeout(timer);
  }
  return events;
}

const describeWay = (way: Leg[]) => way.map(({ channel, cut }) => `${channel} ${JSON.stringify(cut)}`).join(', ');

/** Ways that are tried side by side in one run of a property, so that 500 of them take seconds. */
const together = 10;

describe('a client that is cut off and changes channels, with its cursor in hand,', () => {
  it('reads any finished log whole, each event once and in order: 450 ways', { timeout: 300_000 }, async () => {
    const journey = fc.record({ which: fc.nat(), way: legs(40), last: channelName });
    const property = fc.asyncProperty(fc.array(journey, { minLength: together, maxLength: together }), (journeys) =>
      Promise.all(
        journeys.map(async ({ which, way, last }) => {
          const { job, events } = recordings[which % recordings.length] ?? { job: '', events: [] };
          expect(await wander(job, way, last), describeWay(way)).toEqual(events);
        }),
      ).then(() => undefined),
    );
    await fc.assert(property, { numRuns: 45, endOnFailure: true });
  });

  it('reads a job as it runs whole, each event once and in order: 60 ways', { timeout: 300_000 }, async () => {
    const journey = fc.record({ way: legs(600), last: channelName });
    const property = fc.asyncProperty(
      fc.array(journey, { minLength: 2 * together, maxLength: 2 * together }),
      fc.constantFrom('stream', 'countdown', 'flaky'),
      async (journeys, type) => {
        const inputs = {
          stream: { parts: 15, intervalMs: 70, bytes: 20 },
          countdown: { steps: 15, intervalMs: 70 },
          flaky: { failures: 1 },
        };
        const job = await submit(service.api, type, inputs[type]);
        const told = await Promise.all(journeys.map(({ way, last }) => wander(job, way, last)));
        const { events } = await recordingOf(service.api, job);
        for (const [index, each] of told.entries())
          expect(kept(each), describeWay(journeys[index]?.way ?? [])).toEqual(kept(events));
      },
    );
    await fc.assert(property, { numRuns: 3, endOnFailure: true });
  });
});
