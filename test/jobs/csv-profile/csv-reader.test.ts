import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader } from '../../../jobs/csv-profile/csv-reader.ts';

/** Reads `text` in pieces of `size` characters. */
function read(text: string, { delimiter = ',', size = text.length || 1 } = {}): string[][] {
  const records: string[][] = [];
  const reader = new CsvReader(delimiter, (cells) => records.push(cells));
  for (let at = 0; at < text.length; at += size) reader.write(text.slice(at, at + size));
  reader.end();
  return records;
}

describe('CsvReader reads', () => {
  it.each<[what: string, text: string, records: string[][]]>([
    ['nothing', '', []],
    ['one cell', 'a', [['a']]],
    ['LF, CRLF and CR', 'a\nb\r\nc\rd', [['a'], ['b'], ['c'], ['d']]],
    ['an end with and without a line end', 'a,b\n', [['a', 'b']]],
    [
      'empty cells',
      ',\n,\n',
      [
        ['', ''],
        ['', ''],
      ],
    ],
    [
      'an empty last cell at the end of the file',
      'a,b\n1,',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    ['quoted delimiters and line ends', '"a,b","c\r\nd\ne"\n', [['a,b', 'c\r\nd\ne']]],
    ['doubled quotes', '"say ""hi""",""""\n', [['say "hi"', '"']]],
    ['quoted empty cells', '"",""\n', [['', '']]],
    ['a line that is one quoted empty cell', 'a\n""\n', [['a'], ['']]],
    ['past blank lines', '\n\na\n\r\n\nb\n\n', [['a'], ['b']]],
    ['spaces as they stand', ' a , b \n', [[' a ', ' b ']]],
    [
      'any character',
      'é,日本,😀\n\u0000,\u2028,\ufeff\n',
      [
        ['é', '日本', '😀'],
        ['\u0000', '\u2028', '\ufeff'],
      ],
    ],
  ])('%s', (_what, text, records) => {
    for (const size of [1, 2, 3, 1000]) expect(read(text, { size })).toEqual(records);
  });

  it('other delimiters', () => {
    expect(read('a;b,c\n1;2', { delimiter: ';' })).toEqual([
      ['a', 'b,c'],
      ['1', '2'],
    ]);
    expect(read('a\tb\n', { delimiter: '\t' })).toEqual([['a', 'b']]);
  });
});

describe('CsvReader names line and column of', () => {
  it.each([
    ['a quote inside a cell', 'a,b\n1,x"y\n', 'line 2, column 4: a quote stands inside a cell'],
    ['a quote after a space', 'a, "b"\n', 'line 1, column 4: a quote stands inside a cell'],
    ['text after a closing quote', 'a,b\n1,"x"y\n', 'line 2, column 6: after a closing quote'],
    [
      'a quote that is never closed',
      'a,b\n1,2\n3,"4\n5,6\n',
      'line 3, column 3: the quote that opens here is never closed',
    ],
    ['a lone quote at the end', 'a,b\n1,"', 'line 2, column 3: the quote that opens here'],
    ['too many cells', 'a,b\n1,2\n1,2,3\n', 'line 3, column 5: the record has 3 cells; it must have 2'],
    ['too few cells', 'a,b,c\n1,2\n', 'line 2, column 4: the record has 2 cells; it must have 3'],
    ['too many cells with an empty one', 'a\n1,\n', 'line 2, column 3: the record has 2 cells; it must have 1'],
    ['a fault after quoted line ends', 'a,b\r\n"1\r\n2\n3",4\r\n5\r\n', 'line 5, column 2: the record has 1 cells'],
    ['a fault behind quoted line ends', 'a,b\n"1\r\n\n2",x"\n', 'line 4, column 5: a quote stands inside'],
    ['a fault after blank lines', 'a,b\n\n\r\n1\n', 'line 4, column 2: the record has 1 cells'],
    ['a fault after wide characters', 'a,b\n😀😀,x"\n', 'line 2, column 5: a quote stands inside'],
  ])('%s', (_what, text, message) => {
    for (const size of [1, 2, 3, 1000]) {
      expect(() => read(text, { size })).toThrow(
        expect.objectContaining({ code: 'malformed-csv', final: true, message: expect.stringContaining(message) }),
      );
    }
  });

  it('a record without end, before memory runs out', () => {
    const reader = new CsvReader(',', () => {});
    reader.write('a,b\n"');
    const writeOn = () => {
      for (let piece = 0; piece < 100; piece++) reader.write('x'.repeat(65_536));
    };
    expect(writeOn).toThrow(/line 2, column 1: the record that begins here is over 1048576 characters long/);
  });
});

describe('CsvReader, compared with csv-parse', () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', ' '), maxLength: 6 }),
  );
  const quoted = (text: string, always: boolean) =>
    always || /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;

  it('reads every well-formed file alike, in pieces of any size', () => {
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 }));
    fc.assert(
      fc.property(
        table,
        fc.boolean(),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.integer({ min: 1, max: 9 }),
        (rows, always, lineEnd, size) => {
          const text = rows.map((row) => row.map((text) => quoted(text, always)).join(',') + lineEnd).join('');
          expect(read(text, { size })).toEqual(rows);
          expect(parse(text, { record_delimiter: lineEnd })).toEqual(rows);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('refuses what csv-parse refuses, and reads alike what it reads', () => {
    const noise = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r\n', 'a', '1'), maxLength: 14 });
    fc.assert(
      fc.property(noise, fc.integer({ min: 1, max: 9 }), (text, size) => {
        const theirs = attempt(() => parse(text, { record_delimiter: ['\r\n', '\n', '\r'], skip_empty_lines: true }));
        expect(attempt(() => read(text, { size }))).toEqual(theirs);
      }),
      { numRuns: 3000 },
    );
  });
});

function attempt(read: () => string[][]): string[][] | 'refused' {
  try {
    return read();
  } catch {
    return 'refused';
  }
}
