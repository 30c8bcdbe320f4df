import { describe, expect, it } from 'vitest';
import { anyType, columnType, parseDate, typesOf } from '../../../jobs/csv-profile/cell-types.ts';
import { columnNames } from '../../../jobs/csv-profile/column-names.ts';
import { ColumnProfile } from '../../../jobs/csv-profile/column-profile.ts';

const typeOf = (...cells: string[]) => columnType(cells.reduce((shared, cell) => shared & typesOf(cell), anyType));

describe('typesOf() and columnType()', () => {
  it.each([
    ['integer', ['0']],
    ['integer', ['-1', '+2', '9007199254740991']],
    ['number', ['1', '2.5']],
    ['number', ['.5', '-0.25', '1e3', '+1E-300']],
    ['number', ['9007199254740993']],
    ['boolean', ['true', 'FALSE', 'yes', 'No']],
    ['date', ['2024-02-29', '2025-12-31']],
    ['date', ['2024-01-01T10:00:00Z', '2024-01-01 10:00', '2024-01-01T10:00:00.123456+05:30', '2024-01-01']],
    ['text', ['1', 'x']],
    ['text', ['1', 'true']],
    ['text', ['2024-01-01', '1']],
    ['text', ['007']],
    ['text', ['1,000']],
    ['text', ['1.']],
    ['text', ['1e999']],
    ['text', [' 1']],
    ['text', ['NaN']],
    ['text', ['Infinity']],
    ['text', ['0x10']],
    ['text', ['e5']],
    ['text', ['.']],
    ['text', ['-']],
    ['text', ['2025-02-29']],
    ['text', ['2024-13-01']],
    ['text', ['2024-00-10']],
    ['text', ['2024-01-01T24:00:00Z']],
    ['text', ['2024-01-01T10:00:60Z']],
    ['text', ['01/02/2024']],
    ['text', ['2024-1-1']],
    ['text', ['1'.repeat(400)]],
  ])('makes %s of %j', (type, cells) => {
    expect(typeOf(...cells)).toBe(type);
  });
});

describe('parseDate()', () => {
  it.each([
    ['2024-01-01', '2024-01-01T00:00:00.000Z'],
    ['2024-01-01T10:30', '2024-01-01T10:30:00.000Z'],
    ['2024-01-01 10:30:15', '2024-01-01T10:30:15.000Z'],
    ['2024-01-01T10:30:15.123456Z', '2024-01-01T10:30:15.123Z'],
    ['2024-01-01T10:30:15+02:00', '2024-01-01T08:30:15.000Z'],
    ['2024-01-01 10:30-0530', '2024-01-01T16:00:00.000Z'],
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
  ])('reads %s as %s', (cell, moment) => {
    const ms = parseDate(cell);
    expect(ms === undefined ? undefined : new Date(ms).toISOString()).toBe(moment);
  });
});

describe('ColumnProfile', () => {
  const figuresOf = (...cells: string[]) => {
    const column = new ColumnProfile('name');
    for (const cell of cells) column.add(cell);
    return column.finish();
  };

  it('orders dates by moment and shows them as they stand', () => {
    expect(figuresOf('2024-01-01T00:30:00+02:00', '2023-12-31T23:00:00Z')).toMatchObject({
      type: 'date',
      min: '2024-01-01T00:30:00+02:00',
      max: '2023-12-31T23:00:00Z',
    });
  });

  it('loses nothing of a sum whose parts differ much', () => {
    expect(figuresOf('1', '1e100', '1', '-1e100')).toMatchObject({ mean: 0.5 });
  });

  it('gives no range to a column that turns into text', () => {
    expect(figuresOf('1', '2', 'x')).toEqual({
      name: 'name',
      type: 'text',
      count: 3,
      empty: 0,
      distinct: 3,
      top: [
        { value: '1', count: 1 },
        { value: '2', count: 1 },
        { value: 'x', count: 1 },
      ],
    });
  });
});

describe('columnNames()', () => {
  it.each([
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      ['', ''],
      ['column_1', 'column_2'],
    ],
    [
      ['a', 'a', 'a'],
      ['a', 'a_2', 'a_3'],
    ],
    [
      ['a', 'a', 'a_2'],
      ['a', 'a_3', 'a_2'],
    ],
    [
      ['', 'column_1'],
      ['column_2', 'column_1'],
    ],
    [
      ['', 'x', '', 'column_3'],
      ['column_1', 'x', 'column_4', 'column_3'],
    ],
  ])('makes of %j %j', (header, names) => {
    expect(columnNames(header)).toEqual(names);
  });
});
