import { expect, test } from 'vitest';
import { printable, printableJson, printableLine } from '../../../../client/cli/terminal/printable.ts';

test.each<[string, string]>([
  ['plain\ttext\n', 'plain\ttext\n'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007after', 'after'],
  ['up\u001b[1Aover', 'upover'],
  ['a\u0008b\u007f', 'ab'],
  ['\u009b2Jgone', 'gone'],
  ['one\r\ntwo\rthree', 'one\ntwo\nthree'],
  ['abc\u202ecba', 'abccba'],
  ['日本 🙂', '日本 🙂'],
])('printable() of %j is %j', (text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('printableLine() is one line', () => {
  expect(printableLine('  one\n\n two\t three ')).toBe('one two three');
});

test('printableJson() keeps the value, and shows what cannot be seen', () => {
  const value = { text: '\u009b2J \u202e \u007f \u001b[1A', more: ['日本'] };
  const text = printableJson(value, 2);
  expect(text).not.toMatch(/\p{Cc}(?<!\n)|\u202e/u);
  expect(JSON.parse(text)).toEqual(value);
  expect(printableJson(undefined)).toBe('null');
});
