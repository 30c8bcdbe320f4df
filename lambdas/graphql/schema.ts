import manifest from 'jobwire:manifest';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLFieldResolver,
  GraphQLInterfaceType,
  GraphQLObjectType,
  GraphQLScalarType,
  getNamedType,
  isLeafType,
  isNonNullType,
} from 'graphql';
import type { Job } from '../../protocol/types.ts';
import { withinRoom } from './answer-room.ts';
import type { Call } from './call.ts';
import { readJsonLiteral } from './json-scalar.ts';
import { mutations, submitTyped } from './mutations.ts';
import { queries } from './queries.ts';
import { platformText } from './schema-text.ts';
import { jobTypeName, typeTexts } from './type-text.ts';

type Resolver = GraphQLFieldResolver<unknown, Call>;

const texts = typeTexts(Object.values(manifest.types));

/** The one schema: what the platform has, and what the manifest says of each job type. */
export const schema = buildSchema(`${platformText}\n${texts.text}`, { assumeValidSDL: true });

const typed = [...texts.names].map(([type, { submit }]) => [submit, submitTyped(type)] as const);
resolveBy(schema.getQueryType(), queries);
resolveBy(schema.getMutationType(), { ...mutations, ...Object.fromEntries(typed) });
resolveBy(schema.getType('JobEvent'), {});
for (const { job } of texts.names.values()) {
  resolveBy(schema.getType(job), {
    typedInput: (source) => (source as Job).input,
    typedOutput: (source) => (source as Job).output,
  });
}

const job = schema.getType('Job');
if (job instanceof GraphQLInterfaceType) job.resolveType = (value: Job) => jobTypeName(texts, value.type);
const json = schema.getType('JSON');
if (json instanceof GraphQLScalarType) json.parseLiteral = readJsonLiteral;

const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
for (const type of Object.values(schema.getTypeMap())) {
  if (!(type instanceof GraphQLObjectType) || type.name.startsWith('__') || roots.includes(type)) continue;
  const payloads = Object.values(type.getFields()).filter((field) => isPayload(type, field));
  for (const field of payloads) field.resolve = withinRoom(field.resolve);
}

/** What may be large, and may be null: a value of a job's input or output, or one that need not be there. */
function isPayload({ name }: GraphQLObjectType, { type }: GraphQLField<unknown, Call>): boolean {
  return isLeafType(getNamedType(type)) && (!isNonNullType(type) || texts.shapes.has(name));
}

function resolveBy(type: unknown, resolvers: Record<string, Resolver>): void {
  if (!(type instanceof GraphQLObjectType))
    throw new Error(`Cannot give ${String(type)} its resolvers: it is no object`);
  const fields = type.getFields();
  for (const [name, resolve] of Object.entries(resolvers)) {
    const field = fields[name];
    if (!field) throw new Error(`Cannot resolve ${type.name}.${name}: the schema has no such field`);
    field.resolve = resolve;
  }
}
