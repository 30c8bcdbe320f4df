import * as fc from 'fast-check';
import { beforeAll, expect, inject, it } from 'vitest';
import { type ChannelTarget, collect } from './channel.ts';
import { directChannel, singleChannelClients } from './client.ts';
import { openCutWay } from './cut-way.ts';
import { kept, recordingOf } from './recordings.ts';
import { openService, type Service, submit } from './service.ts';
import { liveUrl, webSocket } from './socket.ts';
import { eventSource, eventSourceClient } from './streams.ts';

let service: Service;
let live: string;

beforeAll(async () => {
  service = await openService(inject('server'));
  live = await liveUrl(service.target.url);
});

const portOf = (address: string) => Number(new URL(address).port);
const withPort = (address: string, port: number) => Object.assign(new URL(address), { port: String(port) }).href;

/** Clients that connect again by themselves. */
const clients = [eventSource, eventSourceClient, webSocket, directChannel, ...singleChannelClients];

it('a connection that is cut after any byte loses and doubles nothing at its client', {
  timeout: 180_000,
}, async () => {
  const cuts = fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 1, maxLength: 5 });
  const ways = fc.array(fc.tuple(cuts, fc.constantFrom(...clients.keys())), { minLength: 16, maxLength: 16 });
  const property = fc.asyncProperty(ways, async (given) => {
    const job = await submit(service.api, 'countdown', { steps: 12, intervalMs: 60 });
    const told = await Promise.all(
      given.map(async ([budgets, index]) => {
        const way = await openCutWay(portOf(service.target.url), budgets);
        const { key, url } = service.target;
        const target: ChannelTarget = { key, url: withPort(url, way.port), live: withPort(live, way.port) };
        const client = clients[index] ?? webSocket;
        const events = await collect(client, target, { job }).finally(() => way.close());
        return { way: `${client.name}, cut after ${budgets.join(', ')} bytes`, events };
      }),
    );
    const { events: log } = await recordingOf(service.api, job);
    for (const { way, events } of told) {
      expect(kept(events), way).toEqual(kept(log));
      const seqs = events.map(({ seq }) => seq);
      expect(seqs, way).toEqual([...new Set(seqs)].sort((one, other) => one - other));
    }
  });
  await fc.assert(property, { numRuns: 5, endOnFailure: true });
});
