import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cases } from '../contract/cases.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| way in'));

test('docs/security.md names a test for every way in', () => {
  expect(rows.length).toBeGreaterThan(15);
  for (const row of rows) expect(row).toMatch(/\b(?!SHA-)[A-Z]+-\d{3}\b|`test\/[\w/.-]+\.test\.ts`/);
});

test('every test that docs/security.md names is there', () => {
  const files = [...page.matchAll(/`(test\/[\w/.-]+)`/g)].map(([, file = '']) => file);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('every case that docs/security.md names is one of the contract', () => {
  const ids = new Set(cases.map(({ id }) => id));
  const named = [...page.matchAll(/\b(?!SHA-)[A-Z]{2,}-\d{3}\b/g)].map(([id]) => id);
  expect(named.filter((id) => !ids.has(id))).toEqual([]);
});
