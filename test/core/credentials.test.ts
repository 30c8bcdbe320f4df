import { describe, expect, test } from 'vitest';
import { signAccessToken } from '../../lambdas/core/access-token.ts';
import { findCredential, hashApiKey, newApiKey } from '../../lambdas/core/credentials.ts';

const key = newApiKey('prod');
const token = signAccessToken(
  { id: 'a', tenant: 't', keyId: 'k', scopes: [], singleUse: false, issuedAtSeconds: 1, expiresAtSeconds: 2 },
  's',
);

describe('newApiKey()', () => {
  test('has the form of the protocol, and never the same twice', () => {
    expect(key).toMatch(/^jw_prod_[A-Za-z0-9_-]{43}$/);
    expect(newApiKey('prod')).not.toBe(key);
    expect(hashApiKey(key)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('findCredential()', () => {
  test.each([
    ['a key', `Bearer ${key}`, undefined, { kind: 'key', text: key }],
    ['a token', `Bearer ${token}`, undefined, { kind: 'token', text: token }],
    ['the scheme in any case', `bEARER  ${key} `, undefined, { kind: 'key', text: key }],
    ['a token in the query', undefined, token, { kind: 'token', text: token }],
    ['the header, where there is a query too', `Bearer ${key}`, token, { kind: 'key', text: key }],
    ['nothing where the header is bad, whatever the query', 'Bearer x', token, undefined],
    ['no key in the query', undefined, key, undefined],
    ['no other scheme', `Basic ${key}`, undefined, undefined],
    ['no key without a scheme', key, undefined, undefined],
    ['no two keys', `Bearer ${key} ${key}`, undefined, undefined],
    ['no key with something after it', `Bearer ${key}x`, undefined, undefined],
    ['no key in capitals', `Bearer ${key.toUpperCase()}`, undefined, undefined],
    ['nothing in nothing', undefined, undefined, undefined],
    ['nothing in an empty header', '', token, undefined],
  ])('finds %s', (_, header, query, found) => {
    expect(findCredential({ header, query })).toEqual(found);
  });
});
