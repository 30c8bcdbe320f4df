import type { Json } from '../../protocol/types.ts';

export type Schema = { [key: string]: Json };

interface FieldCommon {
  name: string;
  required: boolean;
  description?: string;
}

/** One field of a form. What no input can show is `json`: a text of JSON. */
export type Field =
  | (FieldCommon & { kind: 'text'; minLength?: number; maxLength?: number; pattern?: string; initial?: string })
  | (FieldCommon & { kind: 'upload' })
  | (FieldCommon & { kind: 'number'; isInteger: boolean; minimum?: number; maximum?: number; initial?: string })
  | (FieldCommon & { kind: 'boolean'; initial?: string })
  | (FieldCommon & { kind: 'choice'; choices: Json[]; initial?: string })
  | (FieldCommon & { kind: 'list'; item: Field; minItems: number; maxItems?: number })
  | (FieldCommon & { kind: 'group'; fields: Field[] })
  | (FieldCommon & { kind: 'json' });

export type FieldOf<Kind extends Field['kind']> = Extract<Field, { kind: Kind }>;

interface Place {
  name: string;
  required: boolean;
  root: Schema;
  depth: number;
}

/** Schemas that refer to themselves would never end. */
const maxDepth = 8;
/** How a type's author says that a text may be the reference of an upload. */
const uploadMark = 'upload://';

/** The form of a job type: what its input's JSON Schema (draft 2020-12) asks for. */
export function formOf(schema: Schema): Field {
  return fieldOf(schema, { name: 'input', required: true, root: schema, depth: 0 });
}

function fieldOf(given: Schema, place: Place): Field {
  const schema = resolved(given, place.root);
  const { name, required, depth } = place;
  const common: FieldCommon = { name, required, ...textMember(schema, 'description') };
  if (depth > maxDepth) return { kind: 'json', ...common };
  const choices = choicesOf(schema);
  if (choices) return { kind: 'choice', ...common, choices, ...initialOf(schema, JSON.stringify) };
  switch (schema.type) {
    case 'string':
      return textField(schema, common);
    case 'integer':
    case 'number':
      return {
        kind: 'number',
        ...common,
        isInteger: schema.type === 'integer',
        ...bounds(schema),
        ...initialOf(schema, String),
      };
    case 'boolean':
      return { kind: 'boolean', ...common, ...initialOf(schema, String) };
    case 'array':
      return listField(schema, common, place);
    case 'object':
      return groupField(schema, common, place);
    default:
      return { kind: 'json', ...common };
  }
}

/** The schema that `$ref` names, where it is one of the same document. */
function resolved(schema: Schema, root: Schema): Schema {
  const reference = schema.$ref;
  if (typeof reference !== 'string' || !reference.startsWith('#')) return schema;
  let found: Json | undefined = root;
  for (const part of reference.split('/').slice(1)) found = isObject(found) ? found[unescapePointer(part)] : undefined;
  return isObject(found) ? found : {};
}

function choicesOf({ enum: listed, const: only }: Schema): Json[] | undefined {
  if (Array.isArray(listed)) return listed;
  return only === undefined ? undefined : [only];
}

function textField(schema: Schema, common: FieldCommon): Field {
  if (common.description?.includes(uploadMark)) return { kind: 'upload', ...common };
  return {
    kind: 'text',
    ...common,
    ...numberMember(schema, 'minLength'),
    ...numberMember(schema, 'maxLength'),
    ...textMember(schema, 'pattern'),
    ...initialOf(schema, String),
  };
}

function listField(schema: Schema, common: FieldCommon, place: Place): Field {
  if (!isObject(schema.items) || schema.prefixItems !== undefined) return { kind: 'json', ...common };
  const item = fieldOf(schema.items, { ...place, name: '', required: true, depth: place.depth + 1 });
  const { minItems = 0 } = numberMember(schema, 'minItems');
  return { kind: 'list', ...common, item, minItems, ...numberMember(schema, 'maxItems') };
}

function groupField(schema: Schema, common: FieldCommon, place: Place): Field {
  const { properties } = schema;
  if (!isObject(properties) || Object.keys(properties).length === 0) return { kind: 'json', ...common };
  // Members with names of the sender's own choice have no field that could be drawn before they are known.
  if (isObject(schema.additionalProperties) && Object.keys(schema.additionalProperties).length > 0)
    return { kind: 'json', ...common };
  const required = Array.isArray(schema.required) ? schema.required : [];
  const fields = Object.entries(properties).map(([name, member]) =>
    fieldOf(isObject(member) ? member : {}, {
      ...place,
      name,
      required: required.includes(name),
      depth: place.depth + 1,
    }),
  );
  return { kind: 'group', ...common, fields };
}

function bounds(schema: Schema): { minimum?: number; maximum?: number } {
  const { minimum, maximum } = { ...numberMember(schema, 'minimum'), ...numberMember(schema, 'maximum') };
  // What a double can hold exactly is no bound that anybody wants to read.
  return {
    ...(minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && { minimum }),
    ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { maximum }),
  };
}

function initialOf(schema: Schema, write: (value: Json) => string): { initial?: string } {
  return schema.default === undefined ? {} : { initial: write(schema.default) };
}

function textMember<Name extends string>(schema: Schema, name: Name): { [Key in Name]?: string } {
  const value = schema[name];
  return (typeof value === 'string' ? { [name]: value } : {}) as { [Key in Name]?: string };
}

function numberMember<Name extends string>(schema: Schema, name: Name): { [Key in Name]?: number } {
  const value = schema[name];
  return (typeof value === 'number' ? { [name]: value } : {}) as { [Key in Name]?: number };
}

function isObject(value: Json | undefined): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const unescapePointer = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');
