import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Consumer, installClient } from '../packed-client.ts';

const { rest, key } = inject('server');
const root = join(import.meta.dirname, '../../..');
const text = readFileSync(join(root, 'client/README.md'), 'utf8');
/** The TypeScript of the page, but what shows an import from this repository. */
const blocks = [...text.matchAll(/```ts\n(.*?)```/gs)]
  .map(([, code = '']) => code)
  .filter((code) => code.includes("from 'jobwire-client'"));

let consumer: Consumer;
beforeAll(async () => {
  consumer = installClient();
  writeFileSync(join(consumer.folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(consumer.folder, 'data.csv'), 'a,b\n1,2\n');
  const program = join(consumer.client, 'dist/jobwire-types.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program, rest], {
    env: { ...process.env, JOBWIRE_KEY: key },
  });
  writeFileSync(join(consumer.folder, 'job-types.ts'), stdout);
  for (const [index, code] of blocks.entries()) writeFileSync(join(consumer.folder, `block-${index}.ts`), code);
});
afterAll(() => rmSync(consumer.folder, { recursive: true, force: true }));

describe('client/README.md', () => {
  it('has examples that compile', () => {
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    const files = blocks.map((_, index) => `block-${index}.ts`);
    const { stdout } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), ...options, '--allowImportingTsExtensions', ...files],
      { cwd: consumer.folder, encoding: 'utf8' },
    );
    expect(stdout).toBe('');
  });

  it.each(blocks.map((code, index) => [index, code.split('\n').at(-2) ?? '']))(
    'has an example %i that runs: %s',
    async (index) => {
      const { stderr } = await promisify(execFile)(process.execPath, [`block-${index}.ts`], {
        cwd: consumer.folder,
        env: { ...process.env, JOBWIRE_URL: rest, JOBWIRE_KEY: key },
      });
      expect(stderr).toBe('');
    },
  );

  it('says the size that the package has', () => {
    const said = /(\d+) KB gzipped/.exec(text)?.[1];
    const built = spawnSync(process.execPath, [join(root, 'client/build.ts'), join(consumer.folder, 'again')], {
      encoding: 'utf8',
    });
    const bytes = Number(/is (\d+) bytes gzipped/.exec(built.stdout)?.[1]);
    expect(Number(said)).toBe(Math.ceil(bytes / 1024));
  });
});
