import type { JobType, Json } from '../../../protocol/types.ts';
import { didYouMean } from '../closest-word.ts';
import { UsageError } from '../usage-error.ts';
import { coerce } from './coerce.ts';
import { isClosed, propertiesOf, resolveReference, type Schema } from './json-schema.ts';

/** What was given as input, in its order: whole values (of JSON or a file) and `key=value` words. */
export type InputPart = { kind: 'whole'; value: Json; from: string } | { kind: 'field'; name: string; text: string };

/** Splits `key=value`; undefined for what has no key. */
export function readField(word: string): { name: string; text: string } | undefined {
  const [, name, text] = /^([^=\s{}[\]"]+)=(.*)$/s.exec(word) ?? [];
  return name === undefined || text === undefined ? undefined : { name, text };
}

/** True where the schema of the type must be known to read `parts`. */
export function needsSchema(parts: readonly InputPart[]): boolean {
  return parts.some(({ kind }) => kind === 'field');
}

/** The input of a job: a whole value with the fields set in it, in their order. Nothing given is `{}`. */
export function buildInput(parts: readonly InputPart[], type?: Pick<JobType, 'name' | 'input'>): Json {
  const wholes = parts.filter((part) => part.kind === 'whole');
  if (wholes.length > 1) {
    throw new UsageError(
      `Cannot take the input from both ${wholes.map(({ from }) => from).join(' and ')}: it must be one`,
    );
  }
  const whole = wholes[0] ? wholes[0].value : {};
  const fields = groupFields(parts);
  if (fields.size === 0) return whole;
  if (!isObject(whole)) {
    throw new UsageError(
      `Cannot set ${[...fields.keys()].join(', ')} in the input of ${wholes[0]?.from}: it must be a JSON object`,
    );
  }
  const root: Schema = type?.input ?? {};
  const input = structuredClone(whole);
  for (const [name, texts] of fields) setField(input, { name, texts, root, typeName: type?.name ?? '' });
  return input;
}

function groupFields(parts: readonly InputPart[]): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const part of parts) {
    if (part.kind === 'field') fields.set(part.name, [...(fields.get(part.name) ?? []), part.text]);
  }
  return fields;
}

interface FieldToSet {
  /** A property, or a path of them: `filter.since`. */
  name: string;
  texts: string[];
  root: Schema;
  typeName: string;
}

function setField(input: { [key: string]: Json }, { name, texts, root, typeName }: FieldToSet): void {
  let schema = resolveReference(root, root);
  let target = input;
  const path = Object.hasOwn(propertiesOf(schema), name) ? [name] : name.split('.');
  for (const [depth, key] of path.entries()) {
    const properties = propertiesOf(schema);
    const isKnown = Object.hasOwn(properties, key);
    if (!isKnown && isClosed(schema)) throw unknownField(name, { typeName, known: Object.keys(properties) });
    schema = resolveReference(properties[key] ?? {}, root);
    if (depth === path.length - 1) {
      // Not by assignment: a key such as __proto__ is a key like any other.
      Object.defineProperty(target, key, {
        value: coerce(name, texts, { schema, root }),
        enumerable: true,
        writable: true,
        configurable: true,
      });
      return;
    }
    target = objectAt(target, key, name);
  }
}

function objectAt(target: { [key: string]: Json }, key: string, name: string): { [key: string]: Json } {
  const found = Object.hasOwn(target, key) ? target[key] : undefined;
  if (found === undefined) {
    const made = {};
    Object.defineProperty(target, key, { value: made, enumerable: true, writable: true, configurable: true });
    return made;
  }
  if (isObject(found)) return found;
  throw new UsageError(`Cannot set ${name}: ${key} is given already, and is no object`);
}

function unknownField(name: string, { typeName, known }: { typeName: string; known: string[] }): UsageError {
  const takes = known.length === 0 ? 'no fields' : known.join(', ');
  return new UsageError(`Cannot set ${name}: ${typeName} takes ${takes}${didYouMean(name, known)}`);
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
