import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, digestOf } from '../../lambdas/core/canonical-json.ts';
import type { Json } from '../../protocol/types.ts';

describe('canonicalJson()', () => {
  test.each<[string, string]>([
    ['{"b":1,"a":[1.0,1e0,-0]}', '{"a":[1,1,0],"b":1}'],
    ['{"\\u20ac":1,"\\r":2,"1":3}', '{"\\r":2,"1":3,"\u20ac":1}'],
    ['[null,true,"\\u0041\\/"]', '[null,true,"A/"]'],
    ['{"__proto__":{"z":1,"a":2}}', '{"__proto__":{"a":2,"z":1}}'],
    ['333333333.33333329', '333333333.3333333'],
  ])('of %s is %s', (text, canonical) => {
    expect(canonicalJson(JSON.parse(text))).toBe(canonical);
  });

  test('is JSON of the same value, whatever the order of its members', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Json;
        expect(JSON.parse(canonicalJson(json))).toEqual(json);
        expect(digestOf(reversed(json))).toBe(digestOf(json));
      }),
    );
  });
});

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
