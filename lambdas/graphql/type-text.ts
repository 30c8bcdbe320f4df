import type { JobType, Json } from '../../protocol/types.ts';
import { isObject, type JsonObject } from '../core/read-fields.ts';
import { jobFields, platformText } from './schema-text.ts';

/** What a job type is called in the schema. */
export interface TypeNames {
  /** Of the type that implements `Job`. */
  job: string;
  /** Of the mutation that submits one. */
  submit: string;
}

export interface TypeTexts {
  /** In the schema definition language. */
  text: string;
  names: Map<string, TypeNames>;
  /** The types that inputs and outputs, and the objects in them, are shown as. */
  shapes: Set<string>;
}

const untypedJob = 'UntypedJob';

/**
 * The types and mutations of the job types, as far as GraphQL can tell what their JSON Schemas say: objects with named
 * properties, lists, texts, numbers and booleans. What it cannot tell (unions, maps, references) is `JSON`.
 */
export function typeTexts(types: JobType[]): TypeTexts {
  const taken = new Set([...platformText.matchAll(/\b\w+(?=\s*[({:])/g)].map(([name]) => name).concat(untypedJob));
  const unique = (wanted: string): string => {
    let name = wanted;
    while (taken.has(name)) name += '_';
    taken.add(name);
    return name;
  };
  const definitions: string[] = [`type ${untypedJob} implements Job {${jobFields}}`];
  const names = new Map<string, TypeNames>();
  const shapes = new Set<string>();
  for (const { name, description, input, output } of types) {
    const pascal = pascalCase(name);
    const own: TypeNames = { job: unique(`${pascal}Job`), submit: unique(`submit${pascal}`) };
    names.set(name, own);
    const define = (shape: string, text: string) => {
      shapes.add(shape);
      definitions.push(text);
    };
    const shaper = (kind: Kind) => shapeMaker({ kind, unique, define });
    const typed = shaper('type')(output, `${pascal}Output`).type;
    const given = shaper('input')(input, `${pascal}Input`);
    const shown = shaper('type')(input, `${pascal}GivenInput`).type;
    definitions.push(
      `${textOf(description)} type ${own.job} implements Job {${jobFields} typedInput: ${shown} typedOutput: ${typed} }`,
      `extend type Mutation { ${textOf(description)} ${own.submit}(input: ${given.type}${given.nullable ? '' : '!'}, idempotencyKey: String, delaySeconds: Int, deadlineSeconds: Int, orderKey: String, metadata: JSON, webhook: JobWebhookInput): ${own.job}! }`,
    );
  }
  return { text: definitions.join('\n'), names, shapes };
}

/** The name of the type of a job whose type is `type`, which may be there no more. */
export function jobTypeName({ names }: TypeTexts, type: string): string {
  return names.get(type)?.job ?? untypedJob;
}

type Kind = 'type' | 'input';

interface Shape {
  type: string;
  nullable: boolean;
}

interface ShapeOptions {
  kind: Kind;
  unique(wanted: string): string;
  define(shape: string, text: string): void;
}

/** GraphQL's Int has 32 bits. */
const intBound = 2 ** 31;
const nameable = /^(?!__)[_A-Za-z][_0-9A-Za-z]*$/;

function shapeMaker({ kind, unique, define }: ShapeOptions): (schema: Json, name: string) => Shape {
  function shapeOf(schema: Json, name: string): Shape {
    if (!isObject(schema)) return json;
    const { anyOf, type } = schema;
    if (Array.isArray(anyOf)) {
      const [only, ...others] = anyOf.filter((option) => !(isObject(option) && option.type === 'null'));
      if (only === undefined || others.length > 0) return json;
      return { ...shapeOf(only, name), nullable: true };
    }
    if (Array.isArray(type)) return orNull(type, (only) => shapeOf({ ...schema, type: only }, name));
    if (type === 'object') return objectOf(schema, name);
    if (type === 'array') {
      const item = shapeOf(schema.items ?? true, `${name}Item`);
      return { type: `[${item.type}${item.nullable ? '' : '!'}]`, nullable: false };
    }
    return { type: scalarOf(schema), nullable: type === undefined };
  }

  function objectOf({ properties, required, additionalProperties }: JsonObject, name: string): Shape {
    const entries = isObject(properties) ? Object.entries(properties) : [];
    const isOpen = additionalProperties !== undefined && additionalProperties !== false;
    if (entries.length === 0 || isOpen || !entries.every(([property]) => nameable.test(property))) return open;
    const own = unique(name);
    const fields = entries.map(([property, schema]) => {
      const { type, nullable } = shapeOf(schema, `${name}${pascalCase(property)}`);
      const has = isObject(schema) && schema.default !== undefined && kind === 'input';
      const isSure = Array.isArray(required) && required.includes(property) && !has && !nullable;
      const about = isObject(schema) && typeof schema.description === 'string' ? textOf(schema.description) : '';
      return `${about} ${property}: ${type}${isSure ? '!' : ''}`;
    });
    define(own, `${kind} ${own} {\n${fields.join('\n')}\n}`);
    return { type: own, nullable: false };
  }

  return shapeOf;
}

const json: Shape = { type: 'JSON', nullable: true };
const open: Shape = { type: 'JSON', nullable: false };

function orNull(types: Json[], shapeOf: (type: Json) => Shape): Shape {
  const [only, ...others] = types.filter((type) => type !== 'null');
  if (only === undefined || others.length > 0) return json;
  return { ...shapeOf(only), nullable: types.length > 1 };
}

function scalarOf({ type, minimum, maximum }: JsonObject): string {
  if (type === 'string') return 'String';
  if (type === 'boolean') return 'Boolean';
  if (type === 'number') return 'Float';
  if (type !== 'integer') return 'JSON';
  const fits = typeof minimum === 'number' && typeof maximum === 'number' && minimum >= -intBound && maximum < intBound;
  return fits ? 'Int' : 'Float';
}

/** `csv-profile` -> `CsvProfile`. */
function pascalCase(name: string): string {
  const parts = name.split(/[^0-9A-Za-z]+/).map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  return parts.join('').replace(/^(?=\d)/, '_');
}

/** A description; JSON's strings are GraphQL's, too. */
const textOf = (description: string) => JSON.stringify(description);
