import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { inputFaults } from '../../lambdas/core/input-faults.ts';
import type { JsonObject } from '../../lambdas/core/read-fields.ts';
import type { Json } from '../../protocol/types.ts';

const shape = z.strictObject({
  steps: z.int().min(1).max(1000),
  ratio: z.number().gt(0).lt(1).optional(),
  name: z.string().min(2).max(4).optional(),
  code: z
    .string()
    .regex(/^[a-z]+$/)
    .optional(),
  mail: z.email().optional(),
  mode: z.enum(['a', 'b']).optional(),
  flag: z.boolean().optional(),
  urls: z.array(z.string()).min(1).max(2).optional(),
  either: z.union([z.string(), z.number()]).optional(),
  inner: z.strictObject({ 'a/b~c': z.int() }).optional(),
  forms: z
    .union([z.strictObject({ kind: z.literal('x'), x: z.int() }), z.strictObject({ kind: z.literal('y') })])
    .optional(),
});

const schema = z.toJSONSchema(shape, { io: 'input' }) as JsonObject;
const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

function faultsOf(input: Json) {
  expect(validate(input)).toBe(false);
  const faults = inputFaults(validate.errors ?? [], { schema, input, pointer: '/input' });
  return faults.map((fault) => ({ pointer: 'pointer' in fault ? fault.pointer : '', detail: fault.detail }));
}

describe('inputFaults()', () => {
  test.each<[Json, { pointer: string; detail: string }[]]>([
    [{}, [{ pointer: '/input/steps', detail: 'Must be there: an integer from 1 to 1000' }]],
    [{ steps: 0 }, [{ pointer: '/input/steps', detail: 'Must be an integer from 1 to 1000, is 0' }]],
    [{ steps: 1.5 }, [{ pointer: '/input/steps', detail: 'Must be an integer from 1 to 1000, is a number' }]],
    [{ steps: 'x' }, [{ pointer: '/input/steps', detail: 'Must be an integer from 1 to 1000, is a string' }]],
    [{ steps: null }, [{ pointer: '/input/steps', detail: 'Must be an integer from 1 to 1000, is null' }]],
    [{ steps: 1, ratio: 1 }, [{ pointer: '/input/ratio', detail: 'Must be a number above 0 below 1, is 1' }]],
    [{ steps: 1, name: 'a' }, [{ pointer: '/input/name', detail: 'Must be a string of 2 to 4 characters, has 1' }]],
    [{ steps: 1, code: 'A' }, [{ pointer: '/input/code', detail: 'Must match ^[a-z]+$' }]],
    [{ steps: 1, mode: 'c' }, [{ pointer: '/input/mode', detail: 'Must be one of "a", "b"' }]],
    [{ steps: 1, flag: 1 }, [{ pointer: '/input/flag', detail: 'Must be a boolean, is a number' }]],
    [{ steps: 1, urls: [] }, [{ pointer: '/input/urls', detail: 'Must be an array of 1 to 2 items, has 0' }]],
    [{ steps: 1, urls: ['a', 5] }, [{ pointer: '/input/urls/1', detail: 'Must be a string, is a number' }]],
    [{ steps: 1, either: true }, [{ pointer: '/input/either', detail: 'Must be a string or a number, is a boolean' }]],
    [{ steps: 1, inner: {} }, [{ pointer: '/input/inner/a~1b~0c', detail: 'Must be there: an integer' }]],
    [{ steps: 1, forms: 5 }, [{ pointer: '/input/forms', detail: 'Must be one of the forms that the schema allows' }]],
    ['text', [{ pointer: '/input', detail: 'Must be an object, is a string' }]],
    [null, [{ pointer: '/input', detail: 'Must be an object, is null' }]],
    [[], [{ pointer: '/input', detail: 'Must be an object, is an array' }]],
  ])('of %j', (input, faults) => {
    expect(faultsOf(input)).toEqual(faults);
  });

  test('lists every fault of one input', () => {
    const pointers = faultsOf({ steps: 0, mode: 'c', urls: [1, 2, 3] }).map(({ pointer }) => pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/input/steps', '/input/mode', '/input/urls', '/input/urls/0']));
  });

  test('is done with very many faults in no time', () => {
    const rows = z.toJSONSchema(z.array(z.union([z.string(), z.array(z.number())])), { io: 'input' }) as JsonObject;
    const check = ajv.compile(rows);
    const input = Array.from({ length: 20_000 }, (_, index) => index % 2 === 0);
    expect(check(input)).toBe(false);
    const startMs = performance.now();
    expect(inputFaults(check.errors ?? [], { schema: rows, input, pointer: '/input' })).toHaveLength(20_000);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  test('names what is allowed beside what is not', () => {
    const [fault] = faultsOf({ steps: 1, 'odd/name': 1 });
    expect(fault).toMatchObject({ pointer: '/input/odd~1name' });
    expect(fault?.detail).toMatch(/^Unknown here; allowed are steps, ratio, /);
  });

  test('points into the branch that was meant', () => {
    expect(faultsOf({ steps: 1, forms: { kind: 'x', x: 'no' } }).map(({ pointer }) => pointer)).toContain(
      '/input/forms/x',
    );
  });

  test('tells of a format', () => {
    expect(faultsOf({ steps: 1, mail: 'x' })[0]).toMatchObject({ pointer: '/input/mail' });
  });
});
