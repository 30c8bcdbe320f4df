import { expect, test } from 'vitest';
import { atMost, dollarsAtMost, exactly, exitCodeOf, type Figure } from '../../bench/report.ts';

test.each([
  ['exactly() of the count', exactly('a', 4, 4), true],
  ['exactly() of more', exactly('a', 4.001, 4), false],
  ['exactly() of less', exactly('a', 3, 4), false],
  ['atMost() of less', atMost('a', 1.5, 2), true],
  ['atMost() of as much', atMost('a', 2, 2), true],
  ['atMost() of more', atMost('a', 2.001, 2), false],
  ['atMost() of nothing, which was not counted', atMost('a', 0, 2), false],
  ['atMost() of no number', atMost('a', Number.NaN, 2), false],
  ['dollarsAtMost() of less', dollarsAtMost('a', 5.34, 6), true],
  ['dollarsAtMost() of nothing', dollarsAtMost('a', 0, 6), false],
])('%s', (_, { met }, wanted) => {
  expect(met).toBe(wanted);
});

const sectionOf = (...figures: Figure[]) => ({ title: 'A', how: 'so', figures });

test.each([
  ['0 where all are met or do not gate', [exactly('a', 1, 1), { what: 'b', measured: '2 ms' }], 0, []],
  ['1 where one is missed', [exactly('a', 1, 1), exactly('b', 2, 1)], 1, ['MISSED: b is 2, it must be 1']],
])('exitCodeOf() is %s', (_, figures, code, lines) => {
  const told: string[] = [];
  expect(exitCodeOf([sectionOf(), sectionOf(...figures)], (line) => told.push(line))).toBe(code);
  expect(told).toEqual(lines);
});
