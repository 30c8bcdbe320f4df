import { addAbortSignal, Readable } from 'node:stream';
import * as z from 'zod';
import { defineJob, JobError, type RunContext } from '../lambdas/define-job.ts';
import { isUploadReference } from '../protocol/uploads.ts';
import { columnNames } from './csv-profile/column-names.ts';
import { ColumnProfile } from './csv-profile/column-profile.ts';
import { CsvReader } from './csv-profile/csv-reader.ts';
import { decodeText } from './csv-profile/decode-text.ts';
import { malformedCsv } from './csv-profile/malformed-csv.ts';

const maxColumns = 500;

const column = z.object({
  name: z.string(),
  type: z.enum(['integer', 'number', 'boolean', 'date', 'text']),
  count: z.int().describe('Cells that are not empty'),
  empty: z.int(),
  distinct: z.int().describe('Different values among those that are not empty'),
  approximate: z.literal(true).optional().describe('`distinct` is estimated (within 2 %), and so is `top`'),
  min: z.union([z.number(), z.string()]).optional().describe('Of numbers and dates'),
  max: z.union([z.number(), z.string()]).optional().describe('Of numbers and dates'),
  mean: z.number().optional().describe('Of numbers'),
  top: z.array(z.object({ value: z.string(), count: z.int() })).describe('The 5 most frequent values'),
});

/**
 * Reads a CSV once, as a stream, and says what is in each of its columns. Memory stays the same however long the file
 * is. Blank lines are skipped; cells are taken as they stand, spaces included.
 */
export default defineJob({
  description: 'Profiles a CSV file (RFC 4180): for each column its type, range, distinct and most frequent values.',
  input: z.strictObject({
    csv: z.string().describe('The text of the file, or the upload:// reference of one up to 1 GiB, in UTF-8'),
    delimiter: z
      .string()
      .regex(/^[\t -!#-~]$/)
      .optional()
      .describe('One character. Default: a comma'),
    hasHeader: z.boolean().optional().describe('Whether the first line names the columns. Default: true'),
  }),
  output: z.object({ rows: z.int(), columns: z.array(column) }),
  limits: { timeoutSeconds: 890, memoryMb: 2048, batch: 1, maxRuns: 3 },

  async run({ csv, delimiter = ',', hasHeader = true }, context) {
    const { signal, progress } = context;
    const { stream, bytes } = await open(csv, context);
    let columns: ColumnProfile[] | undefined;
    let rows = 0;

    const reader = new CsvReader(delimiter, (cells) => {
      if (!columns) {
        if (cells.length > maxColumns) throw tooManyColumns(cells.length);
        columns = columnNames(hasHeader ? cells : cells.map(() => '')).map((name) => new ColumnProfile(name));
        if (hasHeader) return;
      }
      rows++;
      for (const [index, cell] of cells.entries()) columns[index]?.add(cell);
    });

    let bytesRead = 0;
    for await (const text of decodeText(addAbortSignal(signal, stream), () => reader.line)) {
      reader.write(text.chars);
      bytesRead += text.bytes;
      if (bytes > 0) progress((100 * bytesRead) / bytes, `${rows} rows`);
    }
    reader.end();
    if (!columns && hasHeader) throw malformedCsv('Cannot find the header at line 1, column 1: the file is empty');
    return { rows, columns: (columns ?? []).map((column) => column.finish()) };
  },
});

async function open(csv: string, { openUpload }: RunContext): Promise<{ stream: Readable; bytes: number }> {
  if (isUploadReference(csv)) return openUpload(csv);
  const bytes = Buffer.from(csv);
  return { stream: Readable.from([bytes]), bytes: bytes.length };
}

function tooManyColumns(count: number): JobError {
  const message = `Cannot profile ${count} columns: there must be at most ${maxColumns}`;
  return new JobError('too-many-columns', message, { final: true });
}
