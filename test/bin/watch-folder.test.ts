import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { watchFolder } from '../../bin/watch-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'jobwire-watch-'));
const at = (path: string) => join(folder, path);
let changed: string[] = [];

beforeAll(() => {
  mkdirSync(at('sub'));
  writeFileSync(at('sub/a.ts'), '');
  watchFolder(folder, (path) => changed.push(path));
});
beforeEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  changed = [];
});

const steps: [title: string, step: () => void, path: string][] = [
  ['a file that is written in place', () => writeFileSync(at('sub/a.ts'), '1'), 'sub/a.ts'],
  ['a file that is replaced by another', () => replace('sub/a.ts'), 'sub/a.ts'],
  ['a file that is replaced once more', () => replace('sub/a.ts'), 'sub/a.ts'],
  ['a file that is written after that', () => writeFileSync(at('sub/a.ts'), '2'), 'sub/a.ts'],
  ['a file that is removed after that', () => rmSync(at('sub/a.ts')), 'sub/a.ts'],
  ['a new file', () => writeFileSync(at('b.ts'), ''), 'b.ts'],
  ['a new folder with files', () => newFolder('new/deep'), 'new/deep/c.ts'],
  ['a file in a new folder', () => writeFileSync(at('new/deep/c.ts'), '1'), 'new/deep/c.ts'],
  ['a folder that is removed', () => rmSync(at('new'), { recursive: true }), 'new'],
  ['a folder that is made again', () => newFolder('new/deep'), 'new/deep/c.ts'],
  ['a file in a folder that was made again', () => writeFileSync(at('new/deep/c.ts'), '2'), 'new/deep/c.ts'],
];

test.each(steps)('watchFolder() tells of %s', async (_, step, path) => {
  step();
  await expect.poll(() => changed).toContain(at(path));
});

/** As editors do that never leave half a file behind. */
function replace(path: string): void {
  writeFileSync(at('draft~'), 'x');
  renameSync(at('draft~'), at(path));
}

function newFolder(path: string): void {
  mkdirSync(at(path), { recursive: true });
  writeFileSync(at(`${path}/c.ts`), '');
}
