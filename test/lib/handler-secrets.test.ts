import { expect, test } from 'vitest';
import { parseHandlerSecrets } from '../../lib/handler-secrets.ts';
import { grantedStatements } from './granted-statements.ts';

test.each([
  ['none', {}, []],
  ['some', { secrets: ['model-key', 'store-key'] }, ['model-key', 'store-key']],
  ['one twice', { secrets: ['model-key', 'model-key'] }, ['model-key']],
])('parseHandlerSecrets() takes %s', (_, exported, names) => {
  expect(parseHandlerSecrets(exported, 'jobs/ask.ts')).toEqual(names);
});

test.each([
  ['model-key', 'Cannot use the secrets of jobs/ask.ts: they must be a list of at most 5 names'],
  [['a', 'b', 'c', 'd', 'e', 'f'], 'Cannot use the secrets of jobs/ask.ts: they must be a list of at most 5 names'],
  [['Model_Key'], 'Cannot use the secret "Model_Key" of jobs/ask.ts: its name must be 1 to 40 of a-z, 0-9 and -'],
  [['a/b'], 'Cannot use the secret "a/b" of jobs/ask.ts'],
  [['*'], 'Cannot use the secret "*" of jobs/ask.ts'],
  [[7], 'Cannot use the secret 7 of jobs/ask.ts'],
])('parseHandlerSecrets() refuses %j', (secrets, message) => {
  expect(() => parseHandlerSecrets({ secrets }, 'jobs/ask.ts')).toThrow(message);
});

test('a worker may read the secrets that its type lists, and no other worker may', () => {
  const named = (name: string) =>
    grantedStatements('prod', name)
      .flatMap(({ Resource }) => [Resource].flat())
      .map((resource) => JSON.stringify(resource))
      .filter((text) => text.includes(':secret:'));
  expect(named('run-resize-image')).toEqual([
    expect.stringContaining(':secret:jobwire-prod/model-key-??????'),
    expect.stringContaining(':secret:jobwire-prod/store-key-??????'),
  ]);
  expect(named('run-ledger')).toEqual([]);
});
