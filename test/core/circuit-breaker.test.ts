import { expect, test } from 'vitest';
import {
  type BreakerState,
  chooseProbe,
  decideBreaker,
  isBeyondHope,
  isOpen,
  originPauseMs,
} from '../../lambdas/core/circuit-breaker.ts';

const now = 1_000_000_000_000;
const day = 86_400_000;
const closed: BreakerState = { failures: 0 };
const open: BreakerState = { failures: 5, failingSinceMs: now - day, lastFailureMs: now - 60_000 };

test.each([
  [0, false],
  [4, false],
  [5, true],
  [9, true],
])('isOpen() after %i failures in a row: %s', (failures, expected) => {
  expect(isOpen({ failures })).toBe(expected);
});

test.each([
  ['an endpoint that is well', closed, false],
  ['one that failed once, days ago, and was well since', { failures: 0, failingSinceMs: now - 9 * day }, false],
  ['one that has failed for a day', open, false],
  ['one that has failed for 5 days', { ...open, failingSinceMs: now - 5 * day }, true],
  ['one that has failed seldom for 5 days', { failures: 2, failingSinceMs: now - 5 * day }, true],
])('isBeyondHope() of %s', (_, state, expected) => {
  expect(isBeyondHope(state, now)).toBe(expected);
});

test.each([
  ['open, with something waiting', open, true, 'probe'],
  ['open, with nothing waiting', open, false, 'look-again'],
  ['open for 5 days, with something waiting', { ...open, failingSinceMs: now - 5 * day }, true, 'give-up'],
  ['open, and nobody has asked for 31 hours', { ...open, lastFailureMs: now - 31 * 3_600_000 }, false, 'forget'],
  [
    'open and long unasked, but something has just begun to wait',
    { ...open, lastFailureMs: now - 31 * 3_600_000, parkedAtMs: now - 1_000 },
    false,
    'look-again',
  ],
  ['closed, with something waiting', closed, true, 'drain'],
  ['closed, with nothing waiting', closed, false, 'rest'],
  [
    'closed, but something has just begun to wait that no list shows yet',
    { ...closed, parkedAtMs: now - 1_000 },
    false,
    'look-again',
  ],
  ['closed, and nothing has waited for long', { ...closed, parkedAtMs: now - 130_000 }, false, 'rest'],
] as const)('decideBreaker() of one that is %s', (_, state, hasWaiting, step) => {
  expect(decideBreaker(state, { hasWaiting, now })).toBe(step);
});

test.each([
  [undefined, 'oldest'],
  [4, 'oldest'],
  [5, 'second'],
  [9, 'second'],
  [10, 'third'],
  [15, 'oldest'],
])('chooseProbe() after %s failed probes: the %s', (failedProbes, expected) => {
  const state = { ...open, ...(failedProbes !== undefined && { failedProbes }) };
  expect(chooseProbe(['oldest', 'second', 'third'], state)).toBe(expected);
});

test('chooseProbe() of none: none', () => {
  expect(chooseProbe([], open)).toBeUndefined();
});

test.each([
  ['well', undefined, 60_000],
  ['failing for a minute', 60_000, 60_000],
  ['failing for an hour', 3_600_000, 360_000],
  ['failing for three days', 3 * day, 3_600_000],
])('originPauseMs() of receivers %s', (_, failingMs, expected) => {
  const state = failingMs === undefined ? closed : { ...open, failingSinceMs: now - failingMs };
  expect(originPauseMs(state, now)).toBe(expected);
});
