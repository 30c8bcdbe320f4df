import { expect, test } from 'vitest';
import { paintFor } from '../../../../client/cli/terminal/paint.ts';
import { type Column, pairs, table } from '../../../../client/cli/terminal/table.ts';

interface Row {
  id: string;
  name: string;
  says: string;
}

const paint = paintFor({});
const columns: Column<Row>[] = [
  { title: 'ID', cell: ({ id }) => id, isWhole: true },
  { title: 'NAME', cell: ({ name }) => name },
  { title: 'SAYS', cell: ({ says }) => says },
];
const rows: Row[] = [
  { id: 'job_1', name: '日本', says: 'a long text that says much' },
  { id: 'job_22', name: 'b', says: '' },
];

test.each<[number, string[]]>([
  [Number.POSITIVE_INFINITY, ['ID      NAME  SAYS', 'job_1   日本  a long text that says much', 'job_22  b']],
  [26, ['ID      NAME  SAYS', 'job_1   日本  a long text…', 'job_22  b']],
  [20, ['ID      NAME', 'job_1   日本', 'job_22  b']],
  [10, ['ID', 'job_1', 'job_22']],
  [3, ['ID', 'job_1', 'job_22']],
])('table() in %d columns cuts the last ones, and never an id', (width, expected) => {
  expect(table(rows, columns, { width, paint })).toEqual(expected);
});

test('table() paints a cell without counting the paint', () => {
  const coloured = paintFor({ isTTY: true, hasColors: () => true });
  const [, line] = table(
    rows,
    [{ title: 'ID', cell: ({ id }) => id, paint: () => coloured.green }, ...columns.slice(1, 2)],
    { width: 80, paint },
  );
  expect(line).toBe('\u001b[32mjob_1\u001b[39m   日本');
});

test('pairs() stand under one another, further lines too', () => {
  expect(
    pairs(
      [
        ['a', '1'],
        ['long', 'two\nlines'],
      ] as const,
      paint,
    ),
  ).toEqual(['a     1', 'long  two\n      lines']);
});
