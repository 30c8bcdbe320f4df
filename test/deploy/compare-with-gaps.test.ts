import { expect, test } from 'vitest';
import { cases } from '../contract/cases.ts';
import type { Outcome } from '../contract/run-cases.ts';
import { compareWithGaps, describeGaps, type Gap, unlisted } from './compare-with-gaps.ts';
import { gaps } from './gaps.ts';

const outcome = (id: string, result: Outcome['result']): Outcome => ({
  id,
  level: 'MUST',
  name: `the rule ${id}`,
  result,
  ms: 1,
  ...(result === 'failed' && { note: 'expected 1, got 2\n  at check' }),
});

const gap: Gap = { cases: ['SSE-006'], reason: 'Answers do not stream' };

test.each<[string, Outcome[], Gap[], string[]]>([
  ['all passes and nothing is listed', [outcome('READ-001', 'passed')], [], []],
  ['what is listed fails', [outcome('SSE-006', 'failed'), outcome('READ-001', 'passed')], [gap], []],
  ['a case is skipped', [outcome('READ-001', 'skipped')], [], []],
  [
    'a case fails that is not listed',
    [outcome('READ-001', 'failed')],
    [],
    ['READ-001 (MUST: the rule READ-001) fails:\n    expected 1, got 2\n      at check'],
  ],
  [
    'what is listed passes',
    [outcome('SSE-006', 'passed')],
    [gap],
    ['SSE-006 passes now: remove it from test/deploy/gaps.ts'],
  ],
  [
    'what is listed is skipped',
    [outcome('SSE-006', 'skipped')],
    [gap],
    ['SSE-006 is skipped: it cannot be a gap, remove it from test/deploy/gaps.ts'],
  ],
  ['what is listed is no case', [], [gap], ['SSE-006 is no case of the contract: remove it from test/deploy/gaps.ts']],
  [
    'a case is listed twice',
    [outcome('SSE-006', 'failed')],
    [gap, gap],
    ['SSE-006 is listed twice: remove one from test/deploy/gaps.ts'],
  ],
])('compareWithGaps() where %s', (_, outcomes, listed, faults) => {
  expect(compareWithGaps(outcomes, listed)).toEqual(faults);
});

test('unlisted() finds what fails and is in no gap', () => {
  const outcomes = [outcome('SSE-006', 'failed'), outcome('READ-001', 'failed'), outcome('READ-002', 'passed')];
  expect(unlisted(outcomes, [gap]).map(({ id }) => id)).toEqual(['READ-001']);
});

test('describeGaps() names each case below its reason', () => {
  expect(describeGaps([outcome('SSE-006', 'failed')], [gap])).toBe(
    'Answers do not stream\n  SSE-006  the rule SSE-006',
  );
});

test('each gap lists cases of the contract, once, and says why', () => {
  const listed = gaps.flatMap((each) => each.cases);
  expect(listed.filter((id) => !cases.some((one) => one.id === id))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
  expect(gaps.filter(({ reason }) => reason.length < 10)).toEqual([]);
});
