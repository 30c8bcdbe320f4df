import { cutTo, displayWidth, pad } from './display-width.ts';
import type { Paint } from './paint.ts';

export interface Column<Row> {
  title: string;
  cell(row: Row): string;
  paint?(row: Row): (text: string) => string;
  /** Never cut, and never left out: what is copied from here, such as an id. */
  isWhole?: true;
}

const gap = 2;
const narrowest = 8;

/**
 * `rows` as lines under the titles, in at most `width` columns: the last columns are cut first, and left out where
 * they would be too narrow to read.
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { width, paint }: { width: number; paint: Paint },
): string[] {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const natural = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...cells.map((line) => displayWidth(line[index] ?? ''))),
  );
  const widths = fitted(natural, columns, width);
  const line = (texts: readonly string[], colour: (index: number) => (text: string) => string) =>
    columns
      .flatMap((_, index) => {
        const columnWidth = widths[index] ?? 0;
        if (columnWidth === 0) return [];
        const text = cutTo(texts[index] ?? '', columnWidth);
        return `${colour(index)(text)}${' '.repeat(columnWidth - displayWidth(text) + gap)}`;
      })
      .join('')
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      () => paint.dim,
    ),
    ...cells.map((texts, row) => line(texts, (index) => columns[index]?.paint?.(rows[row] as Row) ?? ((text) => text))),
  ];
}

/** How wide each column may be; 0 for one that is left out. */
function fitted(natural: number[], columns: readonly { isWhole?: true }[], width: number): number[] {
  const widths = [...natural];
  for (let index = columns.length - 1; index >= 0; index--) {
    const excess = widths.filter((each) => each > 0).reduce((sum, each) => sum + each + gap, -gap) - width;
    if (excess <= 0) break;
    if (columns[index]?.isWhole) continue;
    const left = (widths[index] ?? 0) - excess;
    widths[index] = left >= narrowest ? left : 0;
  }
  return widths;
}

/** Names and values in two columns. */
export function pairs(entries: readonly (readonly [name: string, value: string])[], paint: Paint): string[] {
  const widest = Math.max(...entries.map(([name]) => displayWidth(name)));
  return entries.map(([name, value]) => {
    const [first = '', ...more] = value.split('\n');
    const rest = more.map((line) => `\n${' '.repeat(widest + gap)}${line}`).join('');
    return `${paint.dim(pad(name, widest))}${' '.repeat(gap)}${first}${rest}`;
  });
}
