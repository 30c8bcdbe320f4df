import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cases } from './cases.ts';

const list = 'test/contract/case-ids.txt';
const frozen = readFileSync(new URL('case-ids.txt', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const current = cases.map(({ id, level, name }) => `${id} ${level} ${name}`);

test('case ids are well formed and used once', () => {
  const ids = cases.map(({ id }) => id);
  expect(ids.filter((id) => !/^[A-Z]+-(\d{3}|[a-z]+[A-Za-z]*)$/.test(id))).toEqual([]);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('a case id is never dropped, and never given to another rule', () => {
  const gone = frozen.filter((line) => !current.includes(line));
  const reason = 'No case is as its line says: bring it back or, where only its words are new, write them there';
  expect(gone, `${reason} (${list})`).toEqual([]);
});

test('a new case id is frozen from its first day', () => {
  const fresh = current.filter((line) => !frozen.includes(line));
  expect(fresh, `Add to ${list}:\n${fresh.join('\n')}`).toEqual([]);
});
