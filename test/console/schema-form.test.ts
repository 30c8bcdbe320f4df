import { describe, expect, test } from 'vitest';
import { formOf, type Schema } from '../../console/model/schema-form.ts';

const fieldOf = (schema: Schema) => {
  const form = formOf({ type: 'object', properties: { it: schema }, required: ['it'] });
  return form.kind === 'group' ? form.fields[0] : undefined;
};

describe('formOf()', () => {
  test.each<[string, Schema, object]>([
    ['a text', { type: 'string', minLength: 2, maxLength: 9 }, { kind: 'text', minLength: 2, maxLength: 9 }],
    ['a default', { type: 'string', default: 'a' }, { kind: 'text', initial: 'a' }],
    ['an upload', { type: 'string', description: 'The text, or upload:// of one' }, { kind: 'upload' }],
    [
      'a whole number',
      { type: 'integer', minimum: 1, maximum: 5 },
      { kind: 'number', isInteger: true, minimum: 1, maximum: 5 },
    ],
    ['a number', { type: 'number' }, { kind: 'number', isInteger: false }],
    ['a boolean', { type: 'boolean', default: false }, { kind: 'boolean', initial: 'false' }],
    ['a choice', { type: 'string', enum: ['a', 'b'] }, { kind: 'choice', choices: ['a', 'b'] }],
    ['a constant', { type: 'boolean', const: true }, { kind: 'choice', choices: [true] }],
    [
      'a list',
      { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 3 },
      { kind: 'list', minItems: 1, maxItems: 3, item: { kind: 'text' } },
    ],
    [
      'a group',
      { type: 'object', properties: { a: { type: 'boolean' } }, required: [] },
      { kind: 'group', fields: [{ kind: 'boolean', name: 'a', required: false }] },
    ],
    ['anything', {}, { kind: 'json' }],
    ['a union', { anyOf: [{ type: 'string' }, { type: 'number' }] }, { kind: 'json' }],
    ['a map', { type: 'object', additionalProperties: { type: 'string' } }, { kind: 'json' }],
    ['a tuple', { type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'string' } }, { kind: 'json' }],
    ['an object of no known members', { type: 'object' }, { kind: 'json' }],
  ])('makes a field of %s', (_, schema, field) => {
    expect(fieldOf(schema)).toMatchObject({ name: 'it', required: true, ...field });
  });

  test('leaves out bounds that only say what a double can hold', () => {
    const field = fieldOf({ type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
    expect(field).not.toHaveProperty('minimum');
    expect(field).not.toHaveProperty('maximum');
  });

  test('follows references within the schema, and ends where they go in circles', () => {
    const tree = { type: 'object', properties: { next: { $ref: '#/$defs/a~1b' } } };
    const form = formOf({ ...tree, $defs: { 'a/b': tree } });
    const depthOf = (field: typeof form | undefined): number => {
      if (field?.kind !== 'group') return 0;
      return 1 + depthOf(field.fields[0]);
    };
    expect(depthOf(form)).toBeGreaterThan(3);
    expect(depthOf(form)).toBeLessThan(20);
    expect(fieldOf({ $ref: '#/$defs/none' })).toMatchObject({ kind: 'json' });
  });
});
