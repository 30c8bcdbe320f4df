import { describe, expect, it } from 'vitest';
import { jobTypesText, schemaType } from '../../client/job-types-text.ts';
import type { JobType, Json } from '../../protocol/types.ts';

type Schema = { [keyword: string]: Json };
const oneLine = (text: string) => text.replace(/\s+/g, ' ');

describe('schemaType()', () => {
  it.each<[Schema | boolean, string]>([
    [true, 'unknown'],
    [false, 'never'],
    [{}, 'unknown'],
    [{ type: 'string', minLength: 1 }, 'string'],
    [{ type: 'integer' }, 'number'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ const: 'a' }, '"a"'],
    [{ enum: ['a', 1, null] }, '"a" | 1 | null'],
    [{ anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'integer' }] }, 'string | number'],
    [{ allOf: [{ enum: [1, 2] }, { type: 'number' }] }, '(1 | 2) & number'],
    [{ type: 'array', items: { type: 'string' } }, 'string[]'],
    [{ type: 'array', items: { enum: [1, 2] } }, '(1 | 2)[]'],
    [{ type: 'array' }, 'unknown[]'],
    [{ type: 'array', prefixItems: [{ type: 'string' }, {}], items: false }, '[string, unknown]'],
    [{ type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'number' } }, '[string, ...number[]]'],
    [{ type: 'object' }, '{ [name: string]: unknown }'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, '{ [name: string]: number }'],
    [
      { type: 'object', properties: { a: { type: 'string' }, 'b-c': {} }, required: ['a'] },
      '{ a: string; "b-c"?: unknown; }',
    ],
    [{ properties: { a: { description: 'Ends */ here', type: 'null' } } }, '{ /** Ends * / here */ a?: null; }'],
    [{ $ref: '#/$defs/a~1b', $defs: { 'a/b': { type: 'boolean' } } }, 'boolean'],
    [{ $ref: 'https://elsewhere.example/schema' }, 'unknown'],
    [{ $ref: '#/$defs/tree', $defs: { tree: { type: 'array', items: { $ref: '#/$defs/tree' } } } }, 'unknown[]'],
  ])('%j is %s', (schema, type) => {
    expect(oneLine(schemaType(schema, { root: schema, path: [] }))).toBe(type);
  });
});

describe('jobTypesText()', () => {
  it('names each type, with what it is for', () => {
    const input: Schema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] };
    const type = { name: 'word-count', description: 'Counts words', input, output: { type: 'integer' } };
    expect(
      jobTypesText([type as unknown as JobType], 'https://api.example/v1'),
    ).toBe(`// Made by jobwire-types from https://api.example/v1; do not edit.

/** What each job type takes and gives. */
export interface JobTypes {
  /** Counts words */
  "word-count": {
    input: {
      text: string;
    };
    output: number;
  };
}
`);
  });
});
