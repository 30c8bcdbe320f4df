import { expect, it } from 'vitest';
import { isLostJoin, joinTimeoutMs, parseCursor } from '../../lambdas/core/watching.ts';

it.each([
  [undefined, 0],
  [null, 0],
  ['', 0],
  [0, 0],
  ['0', 0],
  [7, 7],
  ['007', 7],
  ['9999999999', 9_999_999_999],
  ['99999999999', undefined],
  [-1, undefined],
  ['-1', undefined],
  [1.5, undefined],
  ['1e3', undefined],
  [' 1', undefined],
  ['१', undefined],
  [Number.NaN, undefined],
  [true, undefined],
  [{}, undefined],
  [[3], undefined],
])('parseCursor() makes %j into %s', (value, cursor) => {
  expect(parseCursor(value)).toBe(cursor);
});

it.each([
  ['live', 0, false],
  ['joining', joinTimeoutMs, false],
  ['joining', joinTimeoutMs + 1, true],
] as const)('isLostJoin() of a %s watcher after %i ms is %s', (state, ageMs, lost) => {
  const watcher = { connection: 'c', subscription: 's', state, joinedAtMs: 1_000, afterSeq: 0 };
  expect(isLostJoin(watcher, 1_000 + ageMs)).toBe(lost);
});
