import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiError } from '../../protocol/errors.ts';
import { findJsonFault } from '../../protocol/json-fault.ts';
import { limits } from '../../protocol/limits.ts';
import { parseJson } from '../../protocol/parse-json.ts';

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('parseJson()', () => {
  const faults: [string, string][] = [
    ['', 'expected a value, found the end at line 1, column 1'],
    ['  \n', 'expected a value, found the end at line 2, column 1'],
    ['{', 'expected key or }, found the end at line 1, column 2'],
    ['{"a":1,}', 'expected a key, found "}" at line 1, column 8'],
    ['{"a" 1}', 'expected :, found "1" at line 1, column 6'],
    ['[1,]', 'expected a value, found "]" at line 1, column 4'],
    ['[1 2]', 'expected , or the end, found "2" at line 1, column 4'],
    ['[1}', 'expected , or the end, found "}" at line 1, column 3'],
    ['{"a":1}}', 'expected the end of the text, found "}" at line 1, column 8'],
    ['{\n  "a": tru\n}', 'expected a value, found "t" at line 2, column 8'],
    ['{"a":01}', 'expected , or the end, found "1" at line 1, column 7'],
    ['+1', 'expected a value, found "+" at line 1, column 1'],
    ['NaN', 'expected a value, found "N" at line 1, column 1'],
    ["{'a':1}", `expected key or }, found "'" at line 1, column 2`],
    ['"a', 'a string without its end at line 1, column 1'],
    ['"a\u0001"', 'a control character inside a string at line 1, column 3'],
    ['"\\x"', 'an unknown escape inside a string at line 1, column 2'],
    ['"\\u12g4"', 'an unknown escape inside a string at line 1, column 2'],
    ['[1e400]', 'a number that no double can hold at line 1, column 2'],
    ['\u{1f4a9}', 'expected a value, found "\u{1f4a9}" at line 1, column 1'],
    [nested(limits.maxJsonDepth + 1), `nested deeper than 64 levels at line 1, column 65`],
    ['\u00a01', 'expected a value, found "\u00a0" at line 1, column 1'],
  ];
  test.each(faults)('of %j names the fault and its place', (text, fault) => {
    expect(() => parseJson(text)).toThrow(new ApiError('malformed-json', `Cannot read the body as JSON: ${fault}`));
  });

  test('takes what is just within the bounds, and a byte order mark', () => {
    expect(parseJson(`\uFEFF{"a":[1e308,-0.5,"\\u00e9"]}`)).toEqual({ a: [1e308, -0.5, '\u00e9'] });
    expect(() => parseJson(nested(limits.maxJsonDepth))).not.toThrow();
  });

  test('keeps members that are named like prototypes as data', () => {
    expect(Object.keys(parseJson('{"__proto__":{"a":1},"constructor":2}') as object)).toEqual([
      '__proto__',
      'constructor',
    ]);
  });

  test('refuses deep and huge nesting without a stack overflow', () => {
    expect(() => parseJson('['.repeat(200_000))).toThrow(ApiError);
    expect(() => parseJson(nested(100_000))).toThrow(/nested deeper/);
  });
});

describe('findJsonFault()', () => {
  test('finds nothing in whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 2), (value, indent) => {
        expect(findJsonFault(JSON.stringify(value, undefined, indent))).toBeUndefined();
      }),
    );
  });

  test('finds a fault exactly where JSON.parse does', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '.5',
      'e3',
      'true',
      'nul',
      '"',
      '\\',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const text = tokens.join('');
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(findJsonFault(text) === undefined, text).toBe(isJson);
      }),
      { numRuns: 2000 },
    );
  });
});
