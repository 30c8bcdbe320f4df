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
import { markdown, missed, type Section } from './report.ts';
import { roundTrips } from './round-trips.ts';
import { watchersOfOne } from './watchers.ts';
import { webhookSteps, webhookTimes } from './webhooks.ts';

async function measuredAtTheWires(): Promise<Section[]> {
  const server = await startMeteredServer();
  try {
    const jobs = [await billedSteps(server), await roundTrips(server)];
    const followers = [await followSteps(server), await watchersOfOne(server)];
    return [...jobs, ...followers, await webhookSteps(server)];
  } finally {
    await server.stop();
  }
}

/** On one server of their own: what the memory of many connections is told from has not worked yet. */
async function measuredLive(): Promise<Section[]> {
  const server = await startLocalServer();
  try {
    return [await openConnections(server), await liveLatency(server)];
  } finally {
    await server.stop();
  }
}

const sections = [
  ...(await measuredAtTheWires()),
  await importTimes(),
  await localTimes(),
  ...(await measuredLive()),
  await webhookTimes(),
];
const text = markdown(sections, new Date().toISOString().slice(0, 10));
writeFileSync(join(import.meta.dirname, 'results.md'), text);
console.log(text);
const failures = missed(sections);
for (const { what, measured, target } of failures)
  console.error(`MISSED: ${what} is ${measured}, it must be ${target}`);
process.exit(failures.length > 0 ? 1 : 0);
