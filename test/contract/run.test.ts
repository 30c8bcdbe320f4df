import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test.each([
  ['an address that nothing answers at', ['--url', 'http://localhost:1/v1', '--key', 'x'], /^Cannot reach http/],
  ['an address that is none', ['--url', 'nonsense', '--key', 'x'], /^Cannot reach nonsense/],
  ['no address', [], /^npm run test:contract/],
])('test:contract says once what is wrong with %s', (_, args, said) => {
  const run = spawnSync(process.execPath, [join(import.meta.dirname, 'run.ts'), ...args], { encoding: 'utf8' });
  expect([run.status, run.stdout]).toEqual([2, '']);
  expect(run.stderr).toMatch(said);
});
