import type { JobType, Json } from '../../../protocol/types.ts';
import type { Call } from '../command.ts';
import {
  alternatives,
  describeSchema,
  isRequired,
  propertiesOf,
  resolveReference,
  type Schema,
  typesOf,
} from '../input/json-schema.ts';
import { takesUpload } from '../input/upload-field.ts';
import { printableLine } from '../terminal/printable.ts';
import { type Column, pairs, table } from '../terminal/table.ts';

interface Field {
  name: string;
  schema: Schema;
  isRequired: boolean;
}

/** All about one job type: its fields, its limits, and a command line to begin with. */
export function typeLines(type: JobType, { screen, program }: Pick<Call, 'screen' | 'program'>): string[] {
  const { paint } = screen;
  const section = (title: string, schema: Schema) => {
    const fields = fieldsOf(schema);
    const lines = fields.length === 0 ? [describeSchema(schema, schema)] : table(fields, columns(schema), screen);
    return ['', paint.bold(title), ...lines];
  };
  return [
    `${paint.bold(printableLine(type.name))}  ${printableLine(type.description)}`,
    ...section('Input', type.input),
    ...section('Output', type.output),
    '',
    paint.bold('Limits'),
    ...pairs(limitLines(type), paint),
    '',
    paint.bold('Example'),
    paint.cyan(`${program} ${exampleOf(type)}`),
  ];
}

function fieldsOf(schema: Schema): Field[] {
  const whole = resolveReference(schema, schema);
  return Object.entries(propertiesOf(whole)).map(([name, each]) => ({
    name,
    schema: each,
    isRequired: isRequired(whole, name),
  }));
}

function columns(root: Schema): Column<Field>[] {
  return [
    { title: 'FIELD', cell: ({ name }) => printableLine(name), isWhole: true },
    { title: '', cell: (field) => (field.isRequired ? 'required' : '') },
    {
      title: 'IS',
      cell: ({ schema }) =>
        `${printableLine(describeSchema(schema, root))}${takesUpload(schema, root) ? ', or --file' : ''}`,
    },
    {
      title: 'MEANS',
      cell: ({ schema }) => (typeof schema.description === 'string' ? printableLine(schema.description) : ''),
    },
  ];
}

function limitLines({ limits, ordered }: JobType): [string, string][] {
  return [
    ['one run', `at most ${limits.timeoutSeconds} s, with ${limits.memoryMb} MB`],
    ['runs', `at most ${limits.maxRuns}, the second ${limits.backoffSeconds} s after the first`],
    ['at once', `at most ${limits.concurrency}${ordered ? '; jobs of one --order-key one after another' : ''}`],
    ['kept', `${limits.retentionDays} days after its end`],
  ];
}

/** A command line with each field that is required. */
export function exampleOf({ name, input, ordered }: JobType): string {
  const root = resolveReference(input, input);
  const words = fieldsOf(root).flatMap((field) => (field.isRequired ? [exampleWord(field, root)] : []));
  return ['submit', name, ...words, ...(ordered ? ['--order-key mine'] : []), '--watch'].join(' ');
}

function exampleWord({ name, schema }: Field, root: Schema): string {
  if (takesUpload(schema, root)) return '--file data.csv';
  const text = exampleText(alternatives(schema, root)[0] ?? {}, root);
  return /^[\w./:-]+$/.test(text) ? `${name}=${text}` : `'${name}=${text}'`;
}

function exampleText(schema: Schema, root: Schema): string {
  const listed: Json | undefined = schema.const ?? (Array.isArray(schema.enum) ? schema.enum[0] : undefined);
  if (listed !== undefined) return String(listed);
  const [type] = typesOf(schema) ?? [];
  if (type === 'integer' || type === 'number') return String(exampleNumber(schema));
  if (type === 'boolean') return 'true';
  if (type === 'array') return exampleText(resolveReference(asSchema(schema.items), root), root);
  return type === 'object' ? '{}' : 'text';
}

/** A small number, within the bounds. */
function exampleNumber({ minimum, maximum }: Schema): number {
  const least = typeof minimum === 'number' ? minimum : 0;
  const most = typeof maximum === 'number' ? maximum : 10;
  return Math.min(most, Math.max(least, 10));
}

function asSchema(value: Json | undefined): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
