import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { hasRecursiveUnion } from '../../lib/recursive-unions.ts';
import { validatorsSource } from '../../lib/validators.ts';
import type { Json, Manifest } from '../../protocol/types.ts';
import { sampleTypes } from './sample-stack.ts';

const project = join(import.meta.dirname, '../..');

async function validatorOf(schema: z.ZodType): Promise<ValidateFunction> {
  const input = z.toJSONSchema(schema, { io: 'input' }) as Record<string, Json>;
  const manifest: Manifest = { name: 'a', version: '1', types: { 'some-type': { ...sampleTypes.ledger, input } } };
  mkdirSync(join(project, 'build'), { recursive: true });
  const directory = mkdtempSync(join(project, 'build/validators-test-'));
  const outfile = join(directory, 'index.mjs');
  writeFileSync(join(directory, 'source.mjs'), validatorsSource(manifest));
  await build({ entryPoints: [join(directory, 'source.mjs')], outfile, bundle: true, format: 'esm', platform: 'node' });
  const { validators } = (await import(pathToFileURL(outfile).href)) as {
    validators: Record<string, ValidateFunction>;
  };
  rmSync(directory, { recursive: true });
  const validate = validators['some-type'];
  if (!validate) throw new Error('Cannot find the validator of some-type: the module must export it');
  return validate;
}

const faultsOf = ({ errors }: { errors?: ErrorObject[] | null }) =>
  (errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`).toSorted();

test('validatorsSource() lists every fault, with its place', async () => {
  const validate = await validatorOf(
    z.strictObject({
      steps: z.int().min(1).max(10),
      email: z.email(),
      at: z.iso.datetime(),
      tags: z.array(z.string().max(3)).max(2),
      mode: z.enum(['a', 'b']).default('a'),
    }),
  );
  const good = { steps: 1, email: 'a@example.com', at: '2026-11-22T12:00:00Z', tags: ['x'] };
  expect(validate(good)).toBe(true);
  expect(validate({ ...good, steps: 11, email: 'no', tags: ['long one', 1], mode: 'c', more: 1 })).toBe(false);
  expect(new Set(faultsOf(validate))).toEqual(
    new Set([
      ' additionalProperties',
      '/email format',
      '/email pattern',
      '/mode enum',
      '/steps maximum',
      '/tags/0 maxLength',
      '/tags/1 type',
    ]),
  );
});

const text = z.string();
/** A condition as filters have it; its tag stands last, where a check comes to it last. */
const condition: z.ZodType = z.lazy(() =>
  z.discriminatedUnion('is', [
    z.strictObject({ of: condition, is: z.literal('not') }),
    z.strictObject({ of: condition, is: z.literal('any') }),
    z.strictObject({ of: condition, is: z.literal('all') }),
    z.strictObject({ text, is: z.literal('equal') }),
  ]),
);

function nested(depth: number, innermost: Json): Json {
  return depth === 0 ? innermost : { of: nested(depth - 1, innermost), is: 'all' };
}

test.each<[string, Json, boolean]>([
  ['good', { text: 'x', is: 'equal' }, true],
  ['bad', { text: 5, is: 'equal' }, false],
])('validatorsSource() checks a %s value of many levels in no time', async (_, innermost, isGood) => {
  const validate = await validatorOf(z.strictObject({ where: condition }));
  const startMs = performance.now();
  expect(validate({ where: nested(60, innermost) })).toBe(isGood);
  expect(performance.now() - startMs).toBeLessThan(5_000);
  if (!isGood) expect(faultsOf(validate)).toContain(`/where${'/of'.repeat(60)}/text type`);
});

const tree: z.ZodType = z.lazy(() => z.strictObject({ size: z.int(), children: z.array(tree) }));
const list: z.ZodType = z.lazy(() => z.strictObject({ size: z.int(), next: list.nullable() }));

test.each<[string, z.ZodType, boolean]>([
  ['a plain object', z.strictObject({ text }), false],
  ['a union', z.union([text, z.strictObject({ text })]), false],
  ['a tree', tree, false],
  ['a list that ends with null', list, false],
  ['any JSON', z.json(), false],
  ['a condition', condition, true],
  ['a condition within', z.strictObject({ rows: z.array(z.strictObject({ where: condition.optional() })) }), true],
  [
    'a union of objects',
    z.lazy((): z.ZodType => z.union([z.object({ a: condition }), z.object({ b: condition })])),
    true,
  ],
])('hasRecursiveUnion() of %s', (_, schema, expected) => {
  expect(hasRecursiveUnion(z.toJSONSchema(schema, { io: 'input' }) as Record<string, Json>)).toBe(expected);
});

test('validatorsSource() lists every fault beside a value of any kind', async () => {
  const validate = await validatorOf(z.strictObject({ value: z.json(), size: z.int(), text }));
  expect(validate({ value: { a: [1, null] }, size: 'x' })).toBe(false);
  expect(faultsOf(validate)).toEqual([' required', '/size type']);
});

test('validatorsSource() lets formats through that it does not know', async () => {
  const validate = await validatorOf(z.object({ file: z.string().meta({ format: 'upload' }) }));
  expect(validate({ file: 'upload://x' })).toBe(true);
});

test('validatorsSource() counts characters, not code units', async () => {
  const validate = await validatorOf(z.object({ text: z.string().max(2) }));
  expect(validate({ text: '😀😀' })).toBe(true);
});

test('validatorsSource() names the type whose schema is none', () => {
  const types = { odd: { ...sampleTypes.ledger, input: { type: 'number', pattern: '(' } as Record<string, Json> } };
  expect(() => validatorsSource({ name: 'a', version: '1', types })).toThrow(
    /^Cannot compile the input schema of the job type odd: .*it must be valid JSON Schema, draft 2020-12$/s,
  );
});
