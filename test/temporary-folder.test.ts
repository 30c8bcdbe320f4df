import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import setup from './temporary-folder.ts';

const folderOfRun = tmpdir();

afterEach(() => {
  process.env.TMPDIR = folderOfRun;
});

test('setup() has given this run a temporary folder of its own, and gives it no second one', () => {
  expect(folderOfRun).toContain('jobwire-tests-');
  expect(setup()).toBeUndefined();
  expect(tmpdir()).toBe(folderOfRun);
});

test('setup() leaves nothing of what was put into its folder', () => {
  process.env.TMPDIR = dirname(folderOfRun);
  const teardown = setup();
  const folder = tmpdir();
  expect(folder).not.toBe(folderOfRun);
  mkdirSync(join(folder, 'left/behind'), { recursive: true });
  teardown?.();
  expect(existsSync(folder)).toBe(false);
});
