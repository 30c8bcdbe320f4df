import { describe, expect, test } from 'vitest';
import { type AccessTokenClaims, signAccessToken, verifyAccessToken } from '../../lambdas/core/access-token.ts';

const claims: AccessTokenClaims = {
  id: 'one',
  tenant: 'acme',
  keyId: 'key_1',
  scopes: ['jobs:read', 'admin'],
  singleUse: false,
  issuedAtSeconds: 1000,
  expiresAtSeconds: 1900,
};
const secret = 'secret';
const at = (nowMs: number) => ({ secret, nowMs });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('verifyAccessToken()', () => {
  test.each<Partial<AccessTokenClaims>>([{}, { job: 'job_a', singleUse: true }, { jobsPerWindow: 5 }, { scopes: [] }])(
    'reads what signAccessToken() wrote, with %j',
    (more) => {
      const whole = { ...claims, ...more };
      expect(verifyAccessToken(signAccessToken(whole, secret), at(1_500_000))).toEqual(whole);
    },
  );

  test('refuses a token from its last second on', () => {
    const token = signAccessToken(claims, secret);
    expect(verifyAccessToken(token, at(1_899_999))).toBeDefined();
    expect(verifyAccessToken(token, at(1_900_000))).toBeUndefined();
  });

  const token = signAccessToken(claims, secret);
  const [head = '', payload = '', signature = ''] = token.split('.');
  const wider = encode({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), scope: 'admin' });
  test.each([
    ['another payload', `${head}.${wider}.${signature}`],
    ['alg none', `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`],
    ['alg none with a signature', `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.${signature}`],
    ['another order in the header', `${encode({ typ: 'JWT', alg: 'HS256' })}.${payload}.${signature}`],
    ['no signature', `${head}.${payload}.`],
    ['two parts', `${head}.${payload}`],
    ['a cut signature', token.slice(0, -1)],
    ['another secret', signAccessToken(claims, 'other')],
    ['nothing', ''],
  ])('refuses %s', (_, forged) => {
    expect(verifyAccessToken(forged, at(1_500_000))).toBeUndefined();
  });
});
