import type { Json } from '../../../protocol/types.ts';
import { UsageError } from '../usage-error.ts';
import { alternatives, describeSchema, resolveReference, type Schema, typeOf, typesOf } from './json-schema.ts';

const numberText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * The values given for the field `name`, as the JSON that its schema asks for: `5` is a number where numbers are
 * allowed, text where they are not. Of an array each value is an entry, or one value all of it as JSON.
 */
export function coerce(
  name: string,
  texts: readonly string[],
  { schema, root }: { schema: Schema; root: Schema },
): Json {
  const [text = ''] = texts;
  const choices = alternatives(schema, root);
  const array = choices.find((each) => typesOf(each)?.includes('array'));
  if (array && (texts.length > 1 || !text.trimStart().startsWith('['))) {
    const takesOne = choices.some((each) => each !== array) ? coerceOne(text, choices, root) : undefined;
    if (texts.length === 1 && takesOne !== undefined) return takesOne;
    const items = resolveReference(asSchema(array.items), root);
    return texts.map((each) => coerce(name, [each], { schema: items, root }));
  }
  if (texts.length > 1) {
    throw new UsageError(
      `Cannot use ${name} ${texts.length} times: it takes one value, ${describeSchema(schema, root)}`,
    );
  }
  const value = coerceOne(text, choices, root);
  if (value !== undefined) return value;
  throw new UsageError(`Cannot use ${name}=${text}: it must be ${describeSchema(schema, root)}`);
}

/** `text` as the first of `choices` that takes it; undefined where none does. */
function coerceOne(text: string, choices: readonly Schema[], root: Schema): Json | undefined {
  for (const schema of choices.toSorted((a, b) => rank(a) - rank(b))) {
    const value = valueFor(text, schema);
    if (value !== undefined && isListed(value, schema)) return value;
  }
  // A schema without a type, in this place or in one that it refers to, takes anything.
  return choices.some((each) => typesOf(resolveReference(each, root)) === undefined) ? looseValue(text) : undefined;
}

/** Text takes anything, so it comes last. */
function rank(schema: Schema): number {
  return typesOf(schema)?.includes('string') ? 1 : 0;
}

function valueFor(text: string, schema: Schema): Json | undefined {
  const types = typesOf(schema);
  if (!types) return undefined;
  if (types.includes('null') && text === 'null') return null;
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if (types.includes('integer') || types.includes('number')) {
    const number = numberText.test(text.trim()) ? Number(text) : undefined;
    if (number !== undefined && (types.includes('number') || Number.isInteger(number))) return number;
  }
  if (types.includes('object') || types.includes('array')) {
    const value = parseJson(text);
    if (value !== undefined && types.includes(typeOf(value))) return value;
  }
  return types.includes('string') ? text : undefined;
}

/** JSON where it is JSON, else text. */
function looseValue(text: string): Json {
  const value = parseJson(text);
  return value === undefined ? text : value;
}

function isListed(value: Json, schema: Schema): boolean {
  if (schema.const !== undefined) return value === schema.const;
  return !Array.isArray(schema.enum) || schema.enum.includes(value);
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asSchema(value: Json | undefined): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
