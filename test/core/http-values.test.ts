import { describe, expect, test } from 'vitest';
import { matchesTag } from '../../lambdas/core/entity-tag.ts';
import { readIdempotencyKey } from '../../lambdas/core/idempotency-key.ts';
import { readWait } from '../../lambdas/core/prefer.ts';
import { readTraceparent } from '../../lambdas/core/trace-context.ts';

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

describe('readTraceparent()', () => {
  const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  test.each<[string | undefined, string | undefined]>([
    [good, good],
    [` ${good} `, good],
    [good.replace('00-', 'cc-'), good.replace('00-', 'cc-')],
    [`${good.replace('00-', 'cc-')}-more`, `${good.replace('00-', 'cc-')}-more`],
    [`${good}-more`, undefined],
    [good.replace('00-', 'ff-'), undefined],
    [good.toUpperCase(), undefined],
    [good.replace(/-[0-9a-f]{32}-/, `-${'0'.repeat(32)}-`), undefined],
    [good.replace(/-[0-9a-f]{16}-/, `-${'0'.repeat(16)}-`), undefined],
    [`${good.replace('00-', 'cc-')}-${'x'.repeat(300)}`, undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %j is %j', (header, traceparent) => {
    expect(readTraceparent(header)).toBe(traceparent);
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
