import type { Json } from '../../../protocol/types.ts';

/** A JSON Schema (draft 2020-12), as far as a command line needs to know it. */
export type Schema = { readonly [keyword: string]: Json };

/** The schema of each property of an object's schema. */
export function propertiesOf(schema: Schema): Record<string, Schema> {
  const { properties } = schema;
  const all = isSchema(properties) ? properties : {};
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, Schema] => isSchema(entry[1])));
}

/** True where no other property than those named is allowed. */
export function isClosed(schema: Schema): boolean {
  return schema.additionalProperties === false;
}

export function isRequired(schema: Schema, name: string): boolean {
  return Array.isArray(schema.required) && schema.required.includes(name);
}

/** `schema`, or what it refers to in `root` (`#/$defs/...`). */
export function resolveReference(schema: Schema, root: Schema): Schema {
  let current = schema;
  // A chain that leads back to itself ends somewhere, too.
  for (let hops = 0; hops < 20 && typeof current.$ref === 'string'; hops++) {
    const parts = current.$ref.replace(/^#\/?/, '').split('/').filter(Boolean);
    const target = parts.reduce<Json | undefined>((at, part) => (isSchema(at) ? at[part] : undefined), root as Json);
    if (!isSchema(target)) return {};
    current = target;
  }
  return current;
}

/** The schemas that a value may fit instead: of a union each of its members, else the schema alone. */
export function alternatives(schema: Schema, root: Schema): Schema[] {
  const whole = resolveReference(schema, root);
  const members = [whole.anyOf, whole.oneOf].filter(Array.isArray).flat().filter(isSchema);
  return members.length === 0 ? [whole] : members.flatMap((member) => alternatives(member, root));
}

/** The JSON types that a schema without alternatives allows; undefined for any. */
export function typesOf(schema: Schema): string[] | undefined {
  const { type, enum: values, const: value } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.map(String);
  if (value !== undefined) return [typeOf(value)];
  if (Array.isArray(values)) return [...new Set(values.map(typeOf))];
  return undefined;
}

/** The type of a value, `integer` where it is a whole number. */
export function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

/** What a schema asks for in a few words: `integer 1..1000`, `one of "a", "b"`, `array of string`. */
export function describeSchema(schema: Schema, root: Schema): string {
  const words = alternatives(schema, root).map((each) => describeOne(each, root));
  return [...new Set(words)].join(' or ');
}

function describeOne(schema: Schema, root: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  const types = typesOf(schema);
  if (!types) return 'any JSON';
  const of = types.includes('array') && isSchema(schema.items) ? ` of ${describeSchema(schema.items, root)}` : '';
  return `${types.join(' or ')}${of}${boundsOf(schema)}`;
}

function boundsOf({ minimum, maximum, pattern, format }: Schema): string {
  const isBounded = typeof minimum === 'number' || typeof maximum === 'number';
  if (isBounded) {
    const from = isRound(minimum) ? minimum : '';
    const to = isRound(maximum) ? maximum : '';
    return from === '' && to === '' ? '' : ` ${from}..${to}`;
  }
  if (typeof format === 'string') return ` (${format})`;
  return typeof pattern === 'string' ? ` like ${pattern}` : '';
}

/** The bounds of what a double can count are no news. */
function isRound(bound: Json | undefined): bound is number {
  return typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
}

function isSchema(value: Json | undefined): value is { [keyword: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
