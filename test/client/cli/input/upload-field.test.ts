import { expect, test } from 'vitest';
import { uploadPlace } from '../../../../client/cli/input/upload-field.ts';
import type { Json } from '../../../../protocol/types.ts';

const typeWith = (properties: Record<string, Json>, isOpen = false) => ({
  name: 'report',
  input: { type: 'object', properties, ...(!isOpen && { additionalProperties: false }) },
});
const described = { type: 'string', description: 'The text, or an upload:// reference' };
const plain = { type: 'string', description: 'When the upload was made' };
const patterned = { type: 'string', pattern: '^upload:\\/\\/[a-z]+$' };
const union: Json = { anyOf: [{ type: 'object' }, { type: 'string', format: 'upload' }] };
const number = { type: 'integer', description: 'Bytes of the upload:// reference' };

test.each<[string, Record<string, Json>, object]>([
  ['data.csv', { csv: described, plain }, { field: 'csv', path: 'data.csv' }],
  ['data.csv', { a: patterned, number }, { field: 'a', path: 'data.csv' }],
  ['data.csv', { a: union }, { field: 'a', path: 'data.csv' }],
  ['plain=data.csv', { csv: described, plain }, { field: 'plain', path: 'data.csv' }],
  ['./a=b.csv', { csv: described }, { field: 'csv', path: './a=b.csv' }],
])('uploadPlace() of %s in %j is %j', (given, properties, expected) => {
  expect(uploadPlace(given, typeWith(properties))).toEqual(expected);
});

test.each<[string, Record<string, Json>, string]>([
  [
    'a.csv',
    { plain },
    'Cannot tell which field takes a.csv: none of report speaks of uploads; name it, --file field=a.csv',
  ],
  ['a.csv', { one: described, two: patterned }, 'Cannot tell which field takes a.csv: one, two may; name it'],
  ['scv=a.csv', { csv: described }, 'Cannot put a file into scv: report takes csv; did you mean "csv"?'],
])('uploadPlace() refuses %s in %j', (given, properties, message) => {
  expect(() => uploadPlace(given, typeWith(properties))).toThrow(message);
});

test('uploadPlace() takes any field that is named, where the schema is open', () => {
  expect(uploadPlace('other=a.csv', typeWith({}, true))).toEqual({ field: 'other', path: 'a.csv' });
});
