import { describe, expect, test } from 'vitest';
import { matchesTag } from '../../lambdas/core/entity-tag.ts';
import { readIdempotencyKey } from '../../lambdas/core/idempotency-key.ts';
import { readWait } from '../../lambdas/core/prefer.ts';

describe('readWait()', () => {
  test.each<[string | undefined, number | undefined]>([
    [undefined, undefined],
    ['wait=5', 5],
    ['wait=25', 25],
    ['wait=26', 25],
    ['wait=999999999', 25],
    ['Wait = "7"', 7],
    ['respond-async, wait=3', 3],
    ['wait=3; x=y, wait=9', 3],
    ['wait=0', undefined],
    ['wait=-1', undefined],
    ['wait=1.5', undefined],
    ['wait', undefined],
    ['wait=', undefined],
    ['waiting=5', undefined],
    ['return=minimal', undefined],
    [';;,=,', undefined],
    [`wait=${'9'.repeat(400)}`, 25],
  ])('of %j is %s', (prefer, seconds) => {
    expect(readWait(prefer)).toBe(seconds);
  });
});

describe('matchesTag()', () => {
  test.each<[string | undefined, boolean]>([
    [undefined, false],
    ['"a"', true],
    ['W/"a"', true],
    ['"b", W/"a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
    [',,,', false],
    ['', false],
  ])('of If-None-Match %j is %s', (header, matches) => {
    expect(matchesTag(header, '"a"')).toBe(matches);
  });
});

describe('readIdempotencyKey()', () => {
  test.each(['a', 'k'.repeat(255), '"quoted"', 'a,b', '\u00e4'])('takes %j', (key) => {
    expect(readIdempotencyKey(` ${key} `)).toBe(key);
  });

  test.each(['', '  ', 'k'.repeat(256), 'a\u0000b'])('refuses %j', (key) => {
    expect(() => readIdempotencyKey(key)).toThrow(/Idempotency-Key/);
  });

  test.each([
    ['k'.repeat(256), /has 256$/],
    ['a\u0080b', /has a control character$/],
  ])('says what is wrong with %j', (key, detail) => {
    const errors = [{ parameter: 'Idempotency-Key', detail: expect.stringMatching(detail) }];
    expect(() => readIdempotencyKey(key)).toThrow(expect.objectContaining({ errors }));
  });

  test('finds none in nothing', () => {
    expect(readIdempotencyKey(undefined)).toBeUndefined();
  });
});
