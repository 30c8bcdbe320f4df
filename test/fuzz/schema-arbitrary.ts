import fc from 'fast-check';
import type { Json } from '../../protocol/types.ts';

/** The part of JSON Schema (2020-12) that the OpenAPI document uses. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: Json;
  enum?: Json[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** Finds what a `$ref` names. */
export type Resolve = (ref: string) => Schema;

const longest = 40;
const deepest = 4;
const anyJson: fc.Arbitrary<Json> = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

/** Values that `schema` allows, as far as it is understood. Long strings and lists are kept short. */
export function arbitraryOf(schema: Schema, resolve: Resolve, depth = 0): fc.Arbitrary<Json> {
  const inner = (one: Schema) => arbitraryOf(one, resolve, depth + 1);
  const choices = schema.oneOf ?? schema.anyOf;
  if (depth > deepest) return fc.constant(null);
  if (schema.$ref !== undefined) return inner(resolve(schema.$ref));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (choices) return fc.oneof(...choices.map(inner));
  if (schema.allOf) return fc.tuple(...schema.allOf.map(inner)).map(merged);
  return ofType(schema, inner);
}

function ofType(schema: Schema, inner: (schema: Schema) => fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const types = [schema.type ?? (schema.properties ? 'object' : 'any')].flat();
  const [type = 'any'] = types;
  if (types.length > 1) return fc.oneof(...types.map((one) => ofType({ ...schema, type: one }, inner)));
  const low = schema.minimum ?? schema.exclusiveMinimum ?? -1_000_000;
  const high = Math.max(low, schema.maximum ?? 1_000_000);
  if (type === 'integer') return fc.integer({ min: Math.ceil(low), max: Math.floor(high) });
  if (type === 'number') return fc.double({ min: low, max: high, noNaN: true });
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  if (type === 'string') return stringOf(schema);
  if (type === 'array') return arrayOf(schema, inner);
  if (type === 'object') return objectOf(schema, inner);
  return anyJson;
}

function stringOf({ pattern, minLength = 0, maxLength = longest }: Schema): fc.Arbitrary<Json> {
  if (pattern !== undefined)
    return fc.stringMatching(new RegExp(pattern, 'u'), { maxLength: Math.max(minLength, 300) });
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(longest, maxLength)) });
}

function arrayOf({ items = {}, minItems = 0, maxItems = 4 }: Schema, inner: (schema: Schema) => fc.Arbitrary<Json>) {
  return fc.array(inner(items), { minLength: minItems, maxLength: Math.max(minItems, Math.min(4, maxItems)) });
}

function objectOf(schema: Schema, inner: (schema: Schema) => fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const { properties = {}, required = [], additionalProperties = false } = schema;
  const members = Object.entries(properties).map(([name, member]) => [name, inner(member)] as const);
  const named = fc.record(Object.fromEntries(members), {
    requiredKeys: required.filter((name) => Object.hasOwn(properties, name)),
  }) as fc.Arbitrary<Json>;
  if (typeof additionalProperties !== 'object') return named;
  const others = fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), inner(additionalProperties), { maxKeys: 3 });
  return fc.tuple(named, others as fc.Arbitrary<Json>).map(merged);
}

function merged(parts: Json[]): Json {
  return Object.assign({}, ...parts.filter((part) => typeof part === 'object')) as Json;
}
