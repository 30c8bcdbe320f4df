/** What a cell can be read as, as bits, so that a column's type is what all of its cells have in common. */
export const cellTypes = { integer: 1, number: 2, boolean: 4, date: 8 } as const;
export const anyType = cellTypes.integer | cellTypes.number | cellTypes.boolean | cellTypes.date;

export type ColumnType = keyof typeof cellTypes | 'text';

/** No leading zeros, so that postcodes and the like stay text. */
const numberPattern = /^[+-]?(0|[1-9]\d*)?(\.\d+)?([eE][+-]?\d{1,3})?$/;
const integerPattern = /^[+-]?(0|[1-9]\d*)$/;
const booleanPattern = /^(true|false|yes|no)$/i;
const datePattern =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)?)?$/;

/** The types that `cell`, which is not empty, can be read as: bits of `cellTypes`. */
export function typesOf(cell: string): number {
  if (cell.length > 40) return 0;
  const number = parseNumber(cell);
  if (number !== undefined) {
    const isInteger = integerPattern.test(cell) && Number.isSafeInteger(number);
    return isInteger ? cellTypes.integer | cellTypes.number : cellTypes.number;
  }
  if (booleanPattern.test(cell)) return cellTypes.boolean;
  return parseDate(cell) === undefined ? 0 : cellTypes.date;
}

/** The number in `cell`, or undefined where it is none, or none that a double can hold. */
export function parseNumber(cell: string): number | undefined {
  if (cell === '' || !numberPattern.test(cell)) return undefined;
  const number = Number(cell);
  return Number.isFinite(number) ? number : undefined;
}

/** The moment of an ISO 8601 date or date and time, in ms since the epoch; UTC where it names no zone. */
export function parseDate(cell: string): number | undefined {
  const match = datePattern.exec(cell);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, , zone = 'Z'] = match;
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (midnight.getUTCDate() !== Number(day)) return undefined;
  if (hour === undefined || minute === undefined) return midnight.getTime();
  const time = cell.slice(11, zone === 'Z' && !cell.endsWith('Z') ? undefined : -zone.length);
  return Date.parse(`${cell.slice(0, 10)}T${time}${zone}`);
}

/** The narrowest type among the bits that all cells of a column share. */
export function columnType(shared: number): ColumnType {
  if (shared & cellTypes.integer) return 'integer';
  if (shared & cellTypes.number) return 'number';
  if (shared & cellTypes.boolean) return 'boolean';
  return shared & cellTypes.date ? 'date' : 'text';
}
