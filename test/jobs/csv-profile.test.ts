import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import csvProfile from '../../jobs/csv-profile.ts';
import { runJob } from './support/run-context.ts';

const profile = async (csv: string, options: { delimiter?: string; hasHeader?: boolean } = {}) =>
  (await runJob(csvProfile, { csv, ...options })).output;
const reference = 'upload://upl_abcdefghijklmnopqrstuvwxyz.1';
const malformed = (message: string | RegExp) => ({
  code: 'malformed-csv',
  final: true,
  message: expect.stringMatching(message),
});

describe('csv-profile of examples/orders.csv', () => {
  const csv = readFileSync('examples/orders.csv', 'utf8');
  const [header = [], ...rows]: string[][] = parse(csv);

  it('is of the file that examples/make-orders.ts writes', () => {
    expect(execFileSync(process.execPath, ['examples/make-orders.ts']).toString()).toBe(csv);
  });

  it('finds the type of each column', async () => {
    const { columns } = await profile(csv);
    expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toEqual({
      order_id: 'integer',
      ordered_at: 'date',
      customer: 'text',
      postcode: 'text',
      country: 'text',
      product: 'text',
      quantity: 'integer',
      unit_price: 'number',
      discount: 'text',
      gift: 'boolean',
      delivered_on: 'date',
      note: 'text',
    });
  });

  it('counts what a plain computation over all cells counts', async () => {
    const { rows: count, columns } = await profile(csv);
    expect(count).toBe(rows.length);
    expect(count).toBeGreaterThanOrEqual(2000);
    for (const [index, column] of columns.entries()) {
      const cells = rows.map((row) => row[index] ?? '').filter((cell) => cell !== '');
      const counts = Map.groupBy(cells, (cell) => cell);
      const byCount = [...counts]
        .map(([value, { length }]) => ({ value, count: length }))
        .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
      expect(column).toMatchObject({
        name: header[index],
        count: cells.length,
        empty: rows.length - cells.length,
        distinct: counts.size,
        top: byCount.slice(0, 5),
      });
      expect(column.approximate).toBeUndefined();
      if (column.type === 'integer' || column.type === 'number') {
        const numbers = cells.map(Number);
        expect(column).toMatchObject({ min: Math.min(...numbers), max: Math.max(...numbers) });
        expect(column.mean).toBeCloseTo(numbers.reduce((sum, number) => sum + number, 0) / numbers.length, 9);
      } else if (column.type === 'date') {
        const sorted = cells.toSorted();
        expect(column).toMatchObject({ min: sorted[0], max: sorted.at(-1) });
        expect(column.mean).toBeUndefined();
      } else {
        expect(column.min).toBeUndefined();
      }
    }
  });

  it('is the same whether the file comes as text or as an upload, in pieces of any size', async () => {
    const whole = await profile(csv);
    const bytes = Buffer.from(csv);
    for (const size of [1009, 65_536]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      const { output } = await runJob(csvProfile, { csv: reference }, { upload: Readable.from(pieces) });
      expect(output).toEqual(whole);
    }
  });
});

describe('csv-profile takes', () => {
  it('a byte order mark, other delimiters and CRLF', async () => {
    const { rows, columns } = await profile('\ufeffa;b\r\n1;x\r\n', { delimiter: ';' });
    expect(rows).toBe(1);
    expect(columns.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('files without a header', async () => {
    const { rows, columns } = await profile('1,2\n3,4\n', { hasHeader: false });
    expect(rows).toBe(2);
    expect(columns).toMatchObject([
      { name: 'column_1', min: 1, max: 3 },
      { name: 'column_2', mean: 3 },
    ]);
  });

  it('empty and repeated names in the header', async () => {
    const { columns } = await profile('a,,a,a_2,,column_2\n1,2,3,4,5,6\n');
    const names = columns.map(({ name }) => name);
    expect(names[0]).toBe('a');
    expect(new Set(names).size).toBe(6);
    expect(names).toContain('a_2');
    expect(names).not.toContain('');
  });

  it('a header alone', async () => {
    expect(await profile('a,b\n')).toMatchObject({
      rows: 0,
      columns: [{ name: 'a', type: 'text', count: 0, distinct: 0, top: [] }, {}],
    });
  });

  it('columns whose cells are all empty', async () => {
    const { columns } = await profile('a,b\n1,\n2,\n');
    expect(columns[1]).toEqual({ name: 'b', type: 'text', count: 0, empty: 2, distinct: 0, top: [] });
  });

  it('an empty file only where it needs no header', async () => {
    expect(await profile('', { hasHeader: false })).toEqual({ rows: 0, columns: [] });
    await expect(profile('')).rejects.toMatchObject(malformed(/line 1, column 1: the file is empty/));
    await expect(profile('\n\r\n')).rejects.toMatchObject(malformed(/the file is empty/));
  });
});

describe('csv-profile fails for good', () => {
  it.each([
    ['a,b\n1\n', /line 2, column 2: the record has 1 cells; it must have 2/],
    ['a,b\n1,"2\n', /line 2, column 3: the quote that opens here is never closed/],
  ])('on the malformed %j', async (csv, message) => {
    await expect(profile(csv)).rejects.toMatchObject(malformed(message));
  });

  it('on bytes that are no UTF-8', async () => {
    const upload = Buffer.concat([Buffer.from('a\n1\n'), Buffer.from([0xe9, 0x2c, 0x0a])]);
    await expect(runJob(csvProfile, { csv: reference }, { upload })).rejects.toMatchObject(malformed(/no UTF-8/));
    await expect(runJob(csvProfile, { csv: reference }, { upload: Buffer.from([0x61, 0xc3]) })).rejects.toMatchObject(
      malformed(/no UTF-8/),
    );
  });

  it('on more columns than it can hold', async () => {
    await expect(profile(','.repeat(500))).rejects.toMatchObject({ code: 'too-many-columns', final: true });
    await expect(profile(','.repeat(499))).resolves.toMatchObject({ rows: 0 });
  });
});

describe('csv-profile tells its progress by bytes', () => {
  it('up to 100 percent', async () => {
    const { progress } = await runJob(csvProfile, { csv: 'a\n1\n2\n' });
    expect(progress.at(-1)).toEqual({ percent: 100, message: '2 rows' });
  });
});

describe('csv-profile of a long upload', () => {
  /** Numbered lines, 64 KiB at a time; `onPiece` is told the number of each piece. */
  function* lines(pieces: number, onPiece: (piece: number) => void = () => {}) {
    let row = 0;
    yield Buffer.from('id,name\n');
    for (let piece = 0; piece < pieces; piece++) {
      onPiece(piece);
      let text = '';
      while (text.length < 65_536) text += `${++row},"customer ${row % 5000}"\n`;
      yield Buffer.from(text);
    }
  }

  it('stops soon after its signal', async () => {
    const controller = new AbortController();
    let produced = 0;
    const upload = Readable.from(
      (async function* () {
        for (const piece of lines(1_000_000)) {
          if (++produced === 20) setImmediate(() => controller.abort());
          await new Promise(setImmediate);
          yield piece;
        }
      })(),
    );
    await expect(runJob(csvProfile, { csv: reference }, { upload, signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(produced).toBeLessThan(40);
    expect(upload.destroyed).toBe(true);
  });

  it('holds no more of it than its figures need', async () => {
    let peakBytes = 0;
    const before = process.memoryUsage().heapUsed;
    const upload = Readable.from(
      lines(320, () => {
        peakBytes = Math.max(peakBytes, process.memoryUsage().heapUsed - before);
      }),
    );
    const { output } = await runJob(csvProfile, { csv: reference }, { upload });
    expect(output.rows).toBeGreaterThan(800_000);
    expect(output.columns[1]).toMatchObject({ distinct: 5000, type: 'text' });
    expect(output.columns[0]).toMatchObject({ approximate: true, min: 1, max: output.rows, type: 'integer' });
    expect(Math.abs((output.columns[0]?.distinct ?? 0) / output.rows - 1)).toBeLessThan(0.03);
    expect(peakBytes).toBeLessThan(150 * 1024 * 1024);
  }, 30_000);
});
