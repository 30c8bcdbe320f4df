// `npm run bench`: steps, round trips, start and speed, as docs/decisions.md and bench/results.md tell them. Exits with
// 1 where a target that is a count or a ratio is missed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLocalServer } from '../test/local-server.ts';
import { billedSteps } from './billed-steps.ts';
import { followSteps } from './follow-steps.ts';
import { importTimes } from './import-times.ts';
import { liveLatency } from './live-latency.ts';
import { localTimes } from './local-times.ts';
import { startMeteredServer } from './metered-server.ts';
import { openConnections } from './open-connections.ts';
import { exitCodeOf, markdown, type Section, sectionText } from './report.ts';
import { roundTrips } from './round-trips.ts';
import { watchersOfOne } from './watchers.ts';
import { webhookSteps, webhookTimes } from './webhooks.ts';

/** Prints a section as soon as it is there: all of them take minutes. */
async function told(section: Promise<Section>): Promise<Section> {
  const measured = await section;
  console.log(sectionText(measured));
  return measured;
}

/** One after another: each would bend the figures of the others. */
async function inTurn(sections: (() => Promise<Section>)[]): Promise<Section[]> {
  const done: Section[] = [];
  for (const section of sections) done.push(await told(section()));
  return done;
}

async function measuredAtTheWires(): Promise<Section[]> {
  const server = await startMeteredServer();
  try {
    const parts = [billedSteps, roundTrips, followSteps, watchersOfOne, webhookSteps];
    return await inTurn(parts.map((part) => () => part(server)));
  } finally {
    await server.stop();
  }
}

/** On one server of their own: what the memory of many connections is told from has not worked yet. */
async function measuredLive(): Promise<Section[]> {
  const server = await startLocalServer();
  try {
    return await inTurn([() => openConnections(server), () => liveLatency(server)]);
  } finally {
    await server.stop();
  }
}

const sections = [
  ...(await measuredAtTheWires()),
  ...(await inTurn([importTimes, localTimes])),
  ...(await measuredLive()),
  ...(await inTurn([webhookTimes])),
];
writeFileSync(join(import.meta.dirname, 'results.md'), markdown(sections, new Date().toISOString().slice(0, 10)));
process.exit(exitCodeOf(sections, console.error));
