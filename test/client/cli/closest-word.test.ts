import { expect, test } from 'vitest';
import { closestWord, didYouMean } from '../../../client/cli/closest-word.ts';

const words = ['submit', 'watch', 'list', 'get', 'cancel', 'dead-letters', 'csv-profile'];

test.each<[string, string | undefined]>([
  ['submt', 'submit'],
  ['sumbit', 'submit'],
  ['Watch', 'watch'],
  ['lits', 'list'],
  ['dead-leters', 'dead-letters'],
  ['csv', 'csv-profile'],
  ['dead', 'dead-letters'],
  ['csv_profile', 'csv-profile'],
  ['gte', 'get'],
  ['x', undefined],
  ['', undefined],
  ['frobnicate', undefined],
])('closestWord() of "%s" is %s', (typed, expected) => {
  expect(closestWord(typed, words)).toBe(expected);
});

test('didYouMean() says nothing where nothing is close', () => {
  expect(didYouMean('lst', words)).toBe('; did you mean "list"?');
  expect(didYouMean('frobnicate', words)).toBe('');
});
