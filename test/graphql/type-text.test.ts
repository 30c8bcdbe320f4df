import { buildSchema, type GraphQLObjectType, validateSchema } from 'graphql';
import { expect, test } from 'vitest';
import { platformText } from '../../lambdas/graphql/schema-text.ts';
import { jobTypeName, typeTexts } from '../../lambdas/graphql/type-text.ts';
import type { JobType, Json } from '../../protocol/types.ts';

const jobType = (name: string, input: Json, output: Json = { type: 'null' }) =>
  ({ name, description: `Says "${name}"\nand more \\`, input, output }) as unknown as JobType;

function schemaOf(...types: JobType[]) {
  const texts = typeTexts(types);
  const schema = buildSchema(`${platformText}\n${texts.text}`);
  expect(validateSchema(schema)).toEqual([]);
  return { schema, texts };
}

const typeOfInput = (input: Json) =>
  String(schemaOf(jobType('one', input)).schema.getMutationType()?.getFields().submitOne?.args[0]?.type);

test.each<[string, Json, string]>([
  ['a text', { type: 'string' }, 'String!'],
  ['a text of a few', { type: 'string', enum: ['a', 'b-c'] }, 'String!'],
  ['a whole number of 32 bits', { type: 'integer', minimum: 0, maximum: 10 }, 'Int!'],
  ['a whole number', { type: 'integer' }, 'Float!'],
  ['a whole number beyond 32 bits', { type: 'integer', minimum: 0, maximum: 2 ** 31 }, 'Float!'],
  ['a number', { type: 'number' }, 'Float!'],
  ['a boolean', { type: 'boolean' }, 'Boolean!'],
  ['a list', { type: 'array', items: { type: 'string' } }, '[String!]!'],
  ['a list of lists', { type: 'array', items: { type: 'array', items: { type: ['number', 'null'] } } }, '[[Float]!]!'],
  ['a list of anything', { type: 'array' }, '[JSON]!'],
  ['a text or nothing', { anyOf: [{ type: 'string' }, { type: 'null' }] }, 'String'],
  ['one of two', { anyOf: [{ type: 'string' }, { type: 'number' }] }, 'JSON'],
  ['anything', {}, 'JSON'],
  ['a reference', { $ref: '#' }, 'JSON'],
  ['an object with fields', { type: 'object', properties: { a: { type: 'string' } } }, 'OneInput!'],
  ['an object without fields', { type: 'object', properties: {} }, 'JSON!'],
  ['a map', { type: 'object', additionalProperties: { type: 'string' } }, 'JSON!'],
  ['an object with odd names', { type: 'object', properties: { 'a-b': {}, __c: {} } }, 'JSON!'],
])('typeTexts() shows %s as GraphQL can', (_, input, type) => {
  expect(typeOfInput(input)).toBe(type);
});

test('typeTexts() asks for what is required and has no default, and shows all that is required', () => {
  const object = {
    type: 'object',
    required: ['a', 'b'],
    properties: { a: { type: 'string' }, b: { type: 'string', default: 'x' }, c: { type: 'string' } },
  };
  const { schema } = schemaOf(jobType('one', object, object));
  const fieldsOf = (name: string) =>
    Object.values((schema.getType(name) as GraphQLObjectType).getFields()).map(
      (field) => `${field.name}: ${field.type}`,
    );
  expect(fieldsOf('OneInput')).toEqual(['a: String!', 'b: String', 'c: String']);
  expect(fieldsOf('OneOutput')).toEqual(['a: String!', 'b: String!', 'c: String']);
});

test('typeTexts() gives every type a name of its own, whatever job types are called', () => {
  const object = { type: 'object', properties: { a: { type: 'object', properties: { b: {} } } } };
  const hostile = ['a-1', 'a1', 'job', 'untyped', 'job-page', 'query', 'retry-job', 'a', '1', 'one-a', 'one', 'json'];
  const { schema, texts } = schemaOf(...hostile.map((name) => jobType(name, object, object)));
  const names = hostile.map((name) => jobTypeName(texts, name));
  expect(new Set(names).size).toBe(hostile.length);
  for (const name of names) expect(schema.getType(name)).toBeDefined();
  expect(jobTypeName(texts, 'gone')).toBe('UntypedJob');
});
