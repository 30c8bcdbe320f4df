import { expect, test } from 'vitest';
import { localTarget } from '../contract/local-target.ts';
import { describeReport, fuzz } from './fuzz.ts';

const count = Number(process.env.FUZZ_REQUESTS ?? 5000);
/** The same requests in each run, so that a failure is the change's; FUZZ_SEED=$RANDOM looks further. */
const seed = Number(process.env.FUZZ_SEED ?? 20_261);

test(`no request of ${count} made from the OpenAPI document earns a 5xx, or an error that is no problem document`, {
  timeout: 600_000,
}, async () => {
  const options = { seed, count };
  console.log(`FUZZ_SEED=${seed} FUZZ_REQUESTS=${count} repeats this run`);
  const report = await fuzz(await localTarget('fuzz'), options);
  console.log(describeReport(report, options));
  expect(report.failures.slice(0, 20)).toEqual([]);
  expect(report.compared).toBeGreaterThan(count / 20);
});
