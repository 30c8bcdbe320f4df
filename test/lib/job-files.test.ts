import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { findJobFiles } from '../../lib/job-files.ts';

function projectWith(...paths: string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'jobwire-files-'));
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  }
  return root;
}

test('findJobFiles() finds a type for each file, by name, and leaves the rest alone', () => {
  const root = projectWith(
    'jobs/word-count.ts',
    'jobs/csv-profile.ts',
    'jobs/csv-profile/reader.ts',
    'jobs/.#word-count.ts',
    'jobs/notes.md',
    'jobs/word-count.test.ts',
    'jobs/global.d.ts',
    'test/jobs/echo.ts',
  );
  expect(findJobFiles(root, { testJobs: false })).toEqual([
    { name: 'csv-profile', path: 'jobs/csv-profile.ts' },
    { name: 'word-count', path: 'jobs/word-count.ts' },
  ]);
  expect(findJobFiles(root, { testJobs: true }).map(({ name }) => name)).toEqual(['csv-profile', 'echo', 'word-count']);
});

test.each(['WordCount', '1st', 'word_count', 'a'.repeat(41)])('findJobFiles() refuses the name %s', (name) => {
  expect(() => findJobFiles(projectWith(`jobs/${name}.ts`), { testJobs: false })).toThrow(
    `Cannot make a job type of jobs/${name}.ts: its name must be 1 to 40 of a-z, 0-9 and -, and begin with a letter`,
  );
});

test('findJobFiles() refuses a name whose queue would be the dead-letter queue of another type', () => {
  expect(() => findJobFiles(projectWith('jobs/echo.ts', 'jobs/echo-dead.ts'), { testJobs: false })).toThrow(
    'Cannot make a job type of jobs/echo-dead.ts: its queue would have the name of a dead-letter queue, the name must not end in -dead',
  );
});

test('findJobFiles() refuses two files of one name', () => {
  expect(() => findJobFiles(projectWith('jobs/echo.ts', 'test/jobs/echo.ts'), { testJobs: true })).toThrow(
    'Cannot make a job type of test/jobs/echo.ts: jobs/echo.ts has its name, rename one of them',
  );
});

test('findJobFiles() refuses a project without a job type', () => {
  const root = projectWith('README.md');
  expect(() => findJobFiles(root, { testJobs: true })).toThrow('jobs/ must hold at least one .ts file');
});
