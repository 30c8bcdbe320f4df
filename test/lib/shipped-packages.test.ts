import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { expect, test } from 'vitest';
import { shippedPackages } from '../../lib/shipped-packages.ts';

const root = join(import.meta.dirname, '../..');
const versionOf = (name: string) => {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
  return `${name}@${version}`;
};

function metafileOf(inputs: Record<string, number>): Metafile {
  const entries = Object.entries(inputs).map(([path, bytesInOutput]) => [path, { bytesInOutput }] as const);
  const output = { bytes: 1, inputs: Object.fromEntries(entries), imports: [], exports: [] };
  return { inputs: {}, outputs: { 'functions/a/index.js': output } };
}

test.each<[string, Record<string, number>, string[]]>([
  ['a file of a package', { 'node_modules/zod/v4/core/parse.js': 10 }, ['zod']],
  ['one of a scope', { 'node_modules/@smithy/core/dist-es/index.js': 10 }, ['@smithy/core']],
  ['many files of one', { 'node_modules/zod/a.js': 1, 'node_modules/zod/b.js': 1 }, ['zod']],
  ['one within a namespace of a plugin', { 'lambda-credentials:node_modules/zod/a.js': 1 }, ['zod']],
  ['what was shaken out', { 'node_modules/zod/a.js': 0 }, []],
  ['the project’s own', { 'lambdas/authorize.ts': 10, 'jobwire:manifest': 10 }, []],
])('shippedPackages() of %s', (_, inputs, names) => {
  expect([...shippedPackages(root, metafileOf(inputs))]).toEqual(names.map(versionOf));
});
