import { describe, expect, test } from 'vitest';
import { readFields, refuseFaults, textFault } from '../../lambdas/core/read-fields.ts';
import type { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';
import type { Json } from '../../protocol/types.ts';

describe('readFields()', () => {
  test.each<[Json, string]>([
    [null, 'Must be an object, is null'],
    [[], 'Must be an object, is an array'],
    ['x', 'Must be an object, is a string'],
  ])('refuses %j as an object', (value, detail) => {
    expect(readFields(value, '/jobs/3').faults).toEqual([{ pointer: '/jobs/3', detail }]);
  });

  test.each<[Json, number | undefined, number]>([
    [1, 1, 0],
    [10, 10, 0],
    [0, undefined, 1],
    [11, undefined, 1],
    [1.5, undefined, 1],
    ['5', undefined, 1],
    [null, undefined, 1],
  ])('integer() reads %j as %s', (given, value, faults) => {
    const fields = readFields({ n: given });
    expect(fields.integer('n', { min: 1, max: 10 })).toBe(value);
    expect(fields.faults).toHaveLength(faults);
  });

  test('finds nothing that an object inherits', () => {
    const fields = readFields({});
    expect([fields.field('toString'), fields.field('constructor'), fields.field('__proto__')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('refuseUnknown() names what was never asked for', () => {
    const fields = readFields({ a: 1, 'b/c': 2 }, '/x');
    fields.field('a');
    fields.refuseUnknown();
    expect(fields.faults).toEqual([{ pointer: '/x/b~1c', detail: 'Unknown here; allowed are a' }]);
  });
});

describe('textFault()', () => {
  test.each<[Json, string | undefined]>([
    ['ab', undefined],
    ['\u{1f4a9}\u{1f4a9}', undefined],
    ['', 'Must have 1 to 2 characters, has 0'],
    ['abc', 'Must have 1 to 2 characters, has 3'],
    ['\ud800', 'Must be well-formed Unicode, has half of a surrogate pair'],
    [5, 'Must be a string, is a number'],
  ])('of %j is %j', (given, fault) => {
    expect(textFault(given, { max: 2 })).toBe(fault);
  });
});

describe('refuseFaults()', () => {
  const thrownBy = (names: string[]): ApiError => {
    try {
      refuseFaults(
        names.map((name) => ({ pointer: `/input/${name}`, detail: 'odd' })),
        'the job',
      );
    } catch (error) {
      return error as ApiError;
    }
    throw new Error('nothing was thrown');
  };

  test('throws nothing without a fault', () => {
    expect(() => refuseFaults([], 'the job')).not.toThrow();
  });

  test('lists up to its limit, and counts the rest', () => {
    const { errors, message } = thrownBy(Array.from({ length: 60 }, (_, n) => String(n)));
    expect(errors).toHaveLength(limits.maxListedErrors);
    expect(message).toBe('Cannot accept the job: 60 fields are not allowed as they are; 10 of them are not listed');
  });

  test('points above a name that is too long to repeat', () => {
    const { errors } = thrownBy([`a/${'k'.repeat(100_000)}`, `${'k'.repeat(100_000)}/b`]);
    expect(errors?.map((fault) => 'pointer' in fault && fault.pointer)).toEqual(['/input/a', '/input']);
  });
});
