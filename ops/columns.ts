/** Rows under their headings, each column as wide as it must be; numbers to the right. */
export function columns(headings: string[], rows: (string | number)[][]): string {
  const widths = headings.map((heading, index) =>
    Math.max(heading.length, ...rows.map((row) => String(row[index] ?? '').length)),
  );
  const line = (cells: (string | number)[]) =>
    cells
      .map((cell, index) => pad(String(cell), widths[index] ?? 0, isNumeric(rows, index)))
      .join('  ')
      .trimEnd();
  return [headings, ...rows].map(line).join('\n');
}

const isNumeric = (rows: (string | number)[][], index: number) => rows.some((row) => typeof row[index] === 'number');
const pad = (text: string, width: number, isRight: boolean) => (isRight ? text.padStart(width) : text.padEnd(width));
