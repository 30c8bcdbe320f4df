import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withProtocolTables } from '../../protocol/tables.ts';

test('PROTOCOL.md holds the tables that the code is made of (else: npm run protocol)', () => {
  const text = readFileSync(new URL('../../protocol/PROTOCOL.md', import.meta.url), 'utf8');
  expect(text).toBe(withProtocolTables(text));
});

test('withProtocolTables() refuses a text without markers', () => {
  expect(() => withProtocolTables('# Nothing here')).toThrow(/Cannot place the table lifecycle/);
});
