import fc from 'fast-check';
import type { Json } from '../../protocol/types.ts';

/** Strings that have broken services before. */
export const hostileStrings: string[] = [
  ...[
    '',
    ' ',
    '\u0000',
    '\n',
    '\r\nx: y',
    '\u202e',
    '\ufeff',
    '\ud800',
    '\u{1f4a9}',
    'null',
    'undefined',
    'NaN',
    '-0',
    '1e999',
  ],
  ...[
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    '../../etc/passwd',
    '..\\..',
    '%00',
    '%',
    '%zz',
    '%c0%ae',
  ],
  ...["' or '1'='1", '"; drop table x', '\u0024{7*7}', '{{7*7}}', '<script>', '$ref', '#', 'J#job', 'A#0000000001#1'],
  ...[
    'upload://',
    'upload://../x',
    'upload://aaaaaaaaaaaaaaaaaaaaaaaaaa',
    'job_',
    'evt_',
    'jw_local_',
    'Bearer',
    '0',
    '-1',
    '1.5',
  ],
  ...[
    '9007199254740993',
    '99999999999999999999',
    'true',
    '[]',
    '{}',
    'x'.repeat(300),
    'a'.repeat(5000),
    '\u4e2d'.repeat(1000),
  ],
];

export const hostileString: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileStrings),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
);

/** JSON values that a field does not expect. */
export const hostileJson: fc.Arbitrary<Json> = fc.oneof(
  hostileString,
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    -1e308,
    5e-324,
    2 ** 53,
    -(2 ** 31),
    [],
    {},
    [[]],
    [null],
    { a: null },
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

interface Change {
  at: number;
  kind: 'replace' | 'remove' | 'add' | 'wrap';
  name: string;
  value: Json;
}

export const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    at: fc.nat(1000),
    kind: fc.constantFrom('replace', 'remove', 'add', 'wrap'),
    name: hostileString,
    value: hostileJson,
  }),
  { minLength: 1, maxLength: 3 },
);

/** `json` with each change made at one of its nodes. */
export function changed(json: Json, list: Change[]): Json {
  return list.reduce(applied, json);
}

function applied(json: Json, change: Change): Json {
  const places = nodes(json);
  const path = places[change.at % places.length] ?? [];
  return edited(json, path, change);
}

function nodes(json: Json, path: string[] = []): string[][] {
  if (json === null || typeof json !== 'object') return [path];
  return [path, ...Object.entries(json).flatMap(([name, value]) => nodes(value, [...path, name]))];
}

function edited(json: Json, [name, ...rest]: string[], change: Change): Json {
  if (name === undefined) return changedNode(json, change);
  if (json === null || typeof json !== 'object') return json;
  const isTarget = rest.length === 0 && change.kind === 'remove';
  const entries = Object.entries(json)
    .filter(([key]) => !(isTarget && key === name))
    .map(([key, value]) => [key, key === name && !isTarget ? edited(value, rest, change) : value] as const);
  return Array.isArray(json) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

function changedNode(json: Json, { kind, name, value }: Change): Json {
  if (kind === 'wrap') return [json];
  if (kind === 'add' && Array.isArray(json)) return [...json, value];
  if (kind === 'add' && json !== null && typeof json === 'object') return { ...json, [name]: value };
  return value;
}
