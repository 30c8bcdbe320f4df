import { expect, test } from 'vitest';
import { localTarget } from '../contract/local-target.ts';
import { describeLoad, load } from './load.ts';

const count = Number(process.env.LOAD_JOBS ?? 500);

test(`each of ${count} jobs ends as it must, and once`, { timeout: 1_800_000 }, async () => {
  const report = await load(await localTarget('load'), count);
  console.log(describeLoad(report));
  expect(report.failures.slice(0, 20)).toEqual([]);
  expect(report.jobs).toBe(count);
  expect(report.extraRuns).toBe(0);
});
