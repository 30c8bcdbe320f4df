import { getIntrospectionQuery } from 'graphql';
import { afterEach, expect, test, vi } from 'vitest';
import { findDocument } from '../../lambdas/graphql/documents.ts';
import { limits } from '../../protocol/limits.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));
vi.mock('jobwire:validators', () => ({ validators: {} }));

afterEach(() => vi.unstubAllEnvs());

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

test('findDocument() knows the documents that were used last, by their hash', async () => {
  vi.stubEnv('GRAPHQL_INTROSPECTION', '1');
  const { createHash } = await import('node:crypto');
  const hashOf = (query: string) => createHash('sha256').update(query).digest('hex');
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
