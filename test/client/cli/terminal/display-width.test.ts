import { expect, test } from 'vitest';
import { cutTo, displayWidth, pad } from '../../../../client/cli/terminal/display-width.ts';

test.each<[string, number]>([
  ['', 0],
  ['abc', 3],
  ['ö', 1],
  ['o\u0308', 1],
  ['日本', 4],
  ['한글', 4],
  ['🙂', 2],
  ['👩‍👩‍👧', 2],
  ['❤️', 2],
  ['█░✓…', 4],
])('displayWidth() of "%s" is %d', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test.each<[string, number, string]>([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
  ['a b c', 3, 'a…'],
  ['abc', 1, '…'],
  ['abc', 0, ''],
  ['abc', Number.POSITIVE_INFINITY, 'abc'],
])('cutTo() makes of "%s" in %d columns "%s"', (text, columns, expected) => {
  expect(cutTo(text, columns)).toBe(expected);
});

test('pad() fills up by columns, not by characters', () => {
  expect(pad('日本', 6)).toBe('日本  ');
  expect(pad('long', 2)).toBe('long');
});
