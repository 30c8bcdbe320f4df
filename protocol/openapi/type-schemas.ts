import { limits } from '../limits.ts';
import type { JobType, Json, Manifest } from '../types.ts';
import { ref, type Schema } from './schema-parts.ts';
import { jobWebhook } from './webhook-schemas.ts';

/** The schemas made from the job types: each one's input and output, and what a submit of it looks like. */
export function typeSchemas({ types }: Manifest): Record<string, Schema> {
  const all = Object.values(types);
  const made = all.flatMap((type) => [
    [`Submit.${type.name}`, submitOf(type)],
    [`${type.name}.input`, componentOf(type.input, `${type.name}.input`)],
    [`${type.name}.output`, componentOf(type.output, `${type.name}.output`)],
  ]);
  const mapping = Object.fromEntries(all.map(({ name }) => [name, `#/components/schemas/Submit.${name}`]));
  const submit: Schema = {
    oneOf: all.map(({ name }) => ref(`Submit.${name}`)),
    discriminator: { propertyName: 'type', mapping },
  };
  return {
    Submit: all.length > 0 ? submit : { type: 'object' },
    Output: all.length > 0 ? { anyOf: all.map(({ name }) => ref(`${name}.output`)) } : {},
    ...Object.fromEntries(made),
  };
}

function submitOf({ name, description, ordered, input }: JobType): Schema {
  const sample = sampleOf(input);
  return {
    type: 'object',
    description,
    required: ['type', 'input'],
    properties: {
      type: { const: name },
      input: ref(`${name}.input`),
      metadata: ref('Metadata'),
      webhook: jobWebhook,
      deadlineSeconds: {
        type: 'integer',
        minimum: limits.minDeadlineSeconds,
        maximum: limits.maxDeadlineSeconds,
        description: 'Past it the job is `timed-out`, run or not',
      },
      idempotencyKey: {
        type: 'string',
        minLength: 1,
        maxLength: limits.maxIdempotencyKeyLength,
        description: 'As the Idempotency-Key header, for the entries of a batch',
      },
      ...(ordered ? orderKey : delaySeconds),
    },
    additionalProperties: false,
    ...(sample !== undefined && { examples: [{ type: name, input: sample }] }),
  };
}

const orderKey: Schema = {
  orderKey: {
    type: 'string',
    minLength: 1,
    maxLength: limits.maxOrderKeyLength,
    description: 'Jobs with the same key run one after another',
  },
};
const delaySeconds: Schema = {
  delaySeconds: { type: 'integer', minimum: 0, maximum: limits.maxDelaySeconds, description: 'No run starts before' },
};

/** A type's own schema as a component: its references into itself now start at the document's root. */
function componentOf({ $schema: _dialect, ...schema }: Schema, name: string): Schema {
  return rebased(schema, `#/components/schemas/${name}`) as Schema;
}

function rebased(value: Json, root: string): Json {
  if (Array.isArray(value)) return value.map((each) => rebased(each, root));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) =>
    name === '$ref' && typeof member === 'string' && member.startsWith('#')
      ? [name, `${root}${member.slice(1)}`]
      : [name, rebased(member, root)],
  );
  return Object.fromEntries(members);
}

/** A small value that `schema` allows; undefined where that takes more than a glance to tell. */
function sampleOf(schema: Json | undefined): Json | undefined {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return undefined;
  const { const: only, enum: choices, default: usual, examples, type } = schema;
  if (only !== undefined) return only;
  const given = [examples, choices].find(Array.isArray)?.[0] ?? usual;
  if (given !== undefined) return given;
  if (schema.pattern !== undefined || schema.format !== undefined) return undefined;
  if (type === 'integer' || type === 'number')
    return Math.max(Number(schema.minimum ?? 1), Math.min(3, Number(schema.maximum ?? 3)));
  if (type === 'string') return 'a'.repeat(Number(schema.minLength ?? 1));
  if (type === 'boolean') return true;
  if (type === 'array') return sampleOfArray(schema);
  return type === 'object' ? sampleOfObject(schema) : undefined;
}

function sampleOfArray({ items, minItems = 0 }: Schema): Json | undefined {
  const item = sampleOf(items);
  return item === undefined && Number(minItems) > 0
    ? undefined
    : item === undefined
      ? []
      : Array(Math.max(1, Number(minItems))).fill(item);
}

function sampleOfObject({ properties = {}, required = [] }: Schema): Json | undefined {
  const members = (required as string[]).map((name) => [name, sampleOf((properties as Schema)[name])]);
  return members.some(([, member]) => member === undefined) ? undefined : Object.fromEntries(members);
}
