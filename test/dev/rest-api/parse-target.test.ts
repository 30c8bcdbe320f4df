import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../../dev/rest-api/parse-target.ts';

describe('parseTarget()', () => {
  const cases: [target: string, path: string, query: [string, string][]][] = [
    ['/v1/jobs', '/v1/jobs', []],
    ['/v1/jobs?', '/v1/jobs', []],
    ['//v1//jobs', '/v1//jobs', []],
    ['http://other.example/v1/jobs?a=1', '/v1/jobs', [['a', '1']]],
    [
      '/v1?a=1&a=2;b=3&&c',
      '/v1',
      [
        ['a', '1'],
        ['a', '2'],
        ['b', '3'],
        ['c', ''],
      ],
    ],
    [
      '/v1?a=b=c&=x',
      '/v1',
      [
        ['a', 'b=c'],
        ['', 'x'],
      ],
    ],
    ['/v1?a=1+2%2B3%20%E2%82%AC', '/v1', [['a', '1 2+3 €']]],
    ['/v1?a=%ff', '/v1', [['a', '\uFFFD']]],
    ['/v1/%2e%2e/x', '/v1/%2e%2e/x', []],
    ['*', '/*', []],
    ['', '/', []],
  ];
  test.each(cases)('of %s has the path %s', (target, path, query) => {
    expect(parseTarget(target)).toEqual({ path, query });
  });

  test.each(['/v1/%', '/v1/%zz', '/v1/%2', '/v1?a=%', '/v1?%q=1', '/v1?a=%E2%8'])('refuses %s with 400', (target) => {
    expect(() => parseTarget(target)).toThrow(expect.objectContaining({ type: 'DEFAULT_4XX', status: 400 }));
  });
});
