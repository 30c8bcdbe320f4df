import { createHash } from 'node:crypto';
import { getIntrospectionQuery } from 'graphql';
import { afterEach, expect, test, vi } from 'vitest';
import { findDocument } from '../../lambdas/graphql/documents.ts';
import { limits } from '../../protocol/limits.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));
vi.mock('jobwire:validators', () => ({ validators: {} }));

afterEach(() => vi.unstubAllEnvs());

const hashOf = (query: string) => createHash('sha256').update(query).digest('hex');
const faultsOf = (query: string) => {
  const found = findDocument({ query });
  return 'faults' in found ? found.faults.map(({ message }) => message) : [];
};

test('findDocument() refuses introspection where it is switched off, and nothing else', () => {
  vi.stubEnv('GRAPHQL_INTROSPECTION', '0');
  expect(faultsOf(getIntrospectionQuery())[0]).toMatch(/introspection has been disabled/);
  expect(faultsOf('{ __typename jobs { items { __typename } } }')).toEqual([]);
  expect(faultsOf('{ jbs { next } }')).toEqual(['Cannot query field "jbs" on type "Query".']);
  vi.stubEnv('GRAPHQL_INTROSPECTION', '1');
  expect(faultsOf('{ jobz { next } }')[0]).toContain('Did you mean');
  expect(faultsOf(getIntrospectionQuery())).toEqual([]);
});

test('findDocument() counts what is asked about the schema: all that GraphiQL asks for is allowed once', () => {
  vi.stubEnv('GRAPHQL_INTROSPECTION', '1');
  const all = {
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
  };
  const query = getIntrospectionQuery({ ...all, oneOf: true });
  expect(faultsOf(query)).toEqual([]);
  const types = '__schema { types { ...FullType } }';
  expect(faultsOf(query.replace('__schema', `a: ${types} b: ${types} __schema`))).toEqual([
    expect.stringMatching(/it has a cost of \d+/),
  ]);
});

test('findDocument() knows the documents that were used last, by their hash', () => {
  vi.stubEnv('GRAPHQL_INTROSPECTION', '1');
  const first = '{ jobs { next } } # first';
  expect(findDocument({ query: first })).toHaveProperty('document');
  for (let index = 0; index < limits.maxGraphqlDocuments; index += 1) {
    findDocument({ query: `{ jobs { next } } # ${index}` });
    if (index === 100) expect(findDocument({ hash: hashOf(first) })).toHaveProperty('document');
  }
  expect(findDocument({ hash: hashOf(first) })).toHaveProperty('document');
  for (let index = 0; index < limits.maxGraphqlDocuments; index += 1)
    findDocument({ query: `{ jobs { next } } # b${index}` });
  expect(findDocument({ hash: hashOf(first) })).toHaveProperty('faults');
});

test('findDocument() forgets large documents at once: a comment is kept as a token, too', () => {
  vi.stubEnv('GRAPHQL_INTROSPECTION', '1');
  const query = `{ jobs { next } }${'#\n'.repeat(limits.maxGraphqlKnownDocumentBytes / 2)}`;
  expect(findDocument({ query })).toHaveProperty('document');
  expect(findDocument({ hash: hashOf(query) })).toHaveProperty('faults');
});
