// `npm run bench`: steps, round trips, start and speed, as docs/decisions.md and bench/results.md tell them. Exits with
// 1 where a target that is a count or a ratio is missed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { billedSteps } from './billed-steps.ts';
import { importTimes } from './import-times.ts';
import { localTimes } from './local-times.ts';
import { startMeteredServer } from './metered-server.ts';
import { markdown, missed, type Section } from './report.ts';
import { roundTrips } from './round-trips.ts';
import { webhookSteps, webhookTimes } from './webhooks.ts';

async function measuredAtTheWires(): Promise<Section[]> {
  const server = await startMeteredServer();
  try {
    return [await billedSteps(server), await roundTrips(server), await webhookSteps(server)];
  } finally {
    await server.stop();
  }
}

const sections = [...(await measuredAtTheWires()), await importTimes(), await localTimes(), await webhookTimes()];
const text = markdown(sections, new Date().toISOString().slice(0, 10));
writeFileSync(join(import.meta.dirname, 'results.md'), text);
console.log(text);
const failures = missed(sections);
for (const { what, measured, target } of failures)
  console.error(`MISSED: ${what} is ${measured}, it must be ${target}`);
process.exit(failures.length > 0 ? 1 : 0);
