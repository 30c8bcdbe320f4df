import { describe, expect, test } from 'vitest';
import { dollarFigures, followedFigures, growthFigures, smallJobFigures } from '../../bench/count-steps.ts';
import type { Meter } from '../../bench/metered-server.ts';
import type { Figure } from '../../bench/report.ts';

const jobs = 10;
const at = { startMs: 0, endMs: 1 };
const timesEach = <Call>(calls: Call[], times = jobs): Call[] => Array.from({ length: times }, () => calls).flat();

/** What `jobs` small jobs are billed while all is well, with a write more where `spare` says so. */
function meterOf(spare: { writes?: number; authorizers?: number } = {}): Meter {
  const write = { ...at, operation: 'UpdateItem', item: 'J B', writeUnits: 1, readUnits: 0 };
  const read = { ...at, operation: 'Query', item: 'E', writeUnits: 0, readUnits: 1 };
  const send = { ...at, operation: 'SendMessage', requests: 1, isFair: true, messages: 1 };
  const call = (name: string) => ({ ...at, name: `jobwire-local-${name}` });
  return {
    table: [...timesEach([write, write, write, write, read]), ...timesEach([write], spare.writes ?? 0)],
    queue: timesEach([send, { ...send, operation: 'DeleteMessageBatch', isFair: false }]),
    functions: [
      ...timesEach([call('submit-job'), call('run-echo')]),
      ...timesEach([call('authorize')], spare.authorizers ?? 0),
    ],
    pushes: [],
  };
}

const nothing: Meter = { table: [], queue: [], functions: [], pushes: [] };
const missed = (figures: Figure[]) => figures.filter(({ met }) => met === false).map(({ what }) => what);

describe('smallJobFigures()', () => {
  test('are met by jobs that cost what they should', () => {
    expect(missed([...smallJobFigures(meterOf(), jobs), ...dollarFigures(meterOf(), jobs)])).toEqual([]);
  });

  test('are all missed by a meter that counts nothing, but for the calls of an authorizer that remembers', () => {
    const figures = [...smallJobFigures(nothing, jobs), ...dollarFigures(nothing, jobs)];
    const gated = figures.filter(({ met }) => met !== undefined).map(({ what }) => what);
    expect(missed(figures)).toEqual(gated.filter((what) => !what.includes('authorizer')));
    expect(missed(figures)).toHaveLength(8);
  });

  test.each([
    ['one write in ten jobs', { writes: 1 }, 'a small job: write units'],
    ['an authorizer that forgets', { authorizers: 1 }, 'a small job: calls of the authorizer (cached)'],
  ])('are missed for %s too many', (_, spare, what) => {
    expect(missed(smallJobFigures(meterOf(spare), jobs))).toContain(what);
  });
});

test('followedFigures() are all missed by a meter that counts nothing', () => {
  expect(missed(followedFigures(nothing, jobs))).toHaveLength(3);
});

describe('growthFigures()', () => {
  const stretch = (meter: Meter, headBytes: number) => ({ meter, count: jobs, headBytes });
  const few = stretch(meterOf(), 400);

  test.each([
    ['the same', stretch(meterOf(), 400), []],
    ['a byte more', stretch(meterOf(), 401), []],
    ['a tenth more bytes', stretch(meterOf(), 440), ['bytes of a job']],
    ['a write more for each', stretch(meterOf({ writes: jobs }), 400), ['write units']],
    ['nothing', stretch(nothing, 0), ['write units', 'read units', 'bytes of a job']],
  ])('of jobs that cost %s', (_, last, grown) => {
    expect(missed(growthFigures(few, last)).map((what) => /growth: ([\w ]+),/.exec(what)?.[1])).toEqual(grown);
  });
});
