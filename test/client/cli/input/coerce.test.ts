import { expect, test } from 'vitest';
import { coerce } from '../../../../client/cli/input/coerce.ts';
import type { Schema } from '../../../../client/cli/input/json-schema.ts';
import { UsageError } from '../../../../client/cli/usage-error.ts';
import type { Json } from '../../../../protocol/types.ts';

const root: Schema = { $defs: { size: { enum: ['small', 'large'] }, loop: { $ref: '#/$defs/loop' } } };

test.each<[Schema, string[], Json]>([
  [{ type: 'integer' }, ['5'], 5],
  [{ type: 'integer' }, ['-3'], -3],
  [{ type: 'number' }, ['2.5'], 2.5],
  [{ type: 'number' }, ['1e3'], 1000],
  [{ type: 'string' }, ['5'], '5'],
  [{ type: 'string' }, ['true'], 'true'],
  [{ type: 'string' }, [''], ''],
  [{ type: 'string' }, ['{"a":1}'], '{"a":1}'],
  [{ type: 'boolean' }, ['false'], false],
  [{ type: 'null' }, ['null'], null],
  [{ type: ['number', 'string'] }, ['5'], 5],
  [{ type: ['number', 'string'] }, ['five'], 'five'],
  [{ type: ['string', 'null'] }, ['null'], null],
  [{ anyOf: [{ type: 'string' }, { type: 'boolean' }] }, ['true'], true],
  [{ oneOf: [{ type: 'string' }, { type: 'integer' }] }, ['x'], 'x'],
  [{ type: 'string', enum: ['a', 'b'] }, ['b'], 'b'],
  [{ enum: [1, 2] }, ['2'], 2],
  [{ const: 7 }, ['7'], 7],
  [{ $ref: '#/$defs/size' }, ['large'], 'large'],
  [{ type: 'object' }, ['{"a":[1]}'], { a: [1] }],
  [{ type: 'array', items: { type: 'string' } }, ['a'], ['a']],
  [{ type: 'array', items: { type: 'string' } }, ['a', 'b'], ['a', 'b']],
  [{ type: 'array', items: { type: 'string' } }, ['["a","b"]'], ['a', 'b']],
  [{ type: 'array', items: { type: 'integer' } }, ['1', '2'], [1, 2]],
  [{ anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }, ['a'], 'a'],
  [{ anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }, ['a', 'b'], ['a', 'b']],
  [{}, ['5'], 5],
  [{}, ['hello'], 'hello'],
  [{}, ['"5"'], '5'],
  [{}, ['[1,2]'], [1, 2]],
  [{}, ['null'], null],
  [{ $ref: '#/$defs/none' }, ['5'], 5],
  [{ $ref: '#/$defs/loop' }, ['x'], 'x'],
])('coerce() reads, for %j, %j', (schema, texts, expected) => {
  expect(coerce('field', texts, { schema, root })).toEqual(expected);
});

test.each<[Schema, string[], string]>([
  [{ type: 'integer', minimum: 1, maximum: 9 }, ['five'], 'Cannot use field=five: it must be integer 1..9'],
  [{ type: 'integer' }, ['2.5'], 'Cannot use field=2.5: it must be integer'],
  [{ type: 'integer' }, ['0x10'], 'it must be integer'],
  [{ type: 'number' }, [''], 'it must be number'],
  [{ type: 'number' }, ['1_000'], 'it must be number'],
  [{ type: 'boolean' }, ['yes'], 'it must be boolean'],
  [{ type: 'string', enum: ['a', 'b'] }, ['c'], 'it must be one of "a", "b"'],
  [{ type: 'object' }, ['[1]'], 'it must be object'],
  [{ type: 'array', items: { type: 'integer' } }, ['x'], 'Cannot use field=x: it must be integer'],
  [{ type: 'array' }, ['[1'], 'Cannot use field=[1: it must be array'],
  [{ type: 'integer' }, ['1', '2'], 'Cannot use field 2 times: it takes one value, integer'],
])('coerce() refuses, for %j, %j', (schema, texts, message) => {
  expect(() => coerce('field', texts, { schema, root })).toThrow(UsageError);
  expect(() => coerce('field', texts, { schema, root })).toThrow(message);
});
