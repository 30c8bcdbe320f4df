import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'graphql';
import type { Block } from './page.ts';

const run = promisify(execFile);

/** How a block of each language is held to be sound. `shell` and `types` take more than the block itself. */
export const checks = {
  sh: 'shell',
  ts: 'types',
  tsx: 'types',
  js: (block: Block, folder: string) => checkScript(block, folder, 'js'),
  mjs: (block: Block, folder: string) => checkScript(block, folder, 'mjs'),
  json: async ({ text }: Block) => void JSON.parse(text),
  graphql: async ({ text }: Block) => void parse(text),
  python: checkPython,
  text: 'output',
} as const;

export function isKnown(language: string): language is keyof typeof checks {
  return Object.hasOwn(checks, language);
}

async function checkScript(block: Block, folder: string, ending: string): Promise<void> {
  await run(process.execPath, ['--check', writeSnippet(block, folder, ending)]);
}

/** Where there is no Python, nothing is said of it. */
async function checkPython(block: Block, folder: string): Promise<void> {
  const file = writeSnippet(block, folder, 'py');
  const compile = 'import sys; compile(open(sys.argv[1]).read(), sys.argv[1], "exec")';
  await run('python3', ['-c', compile, file]).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** The file of a block that names none: beside the project's own folders, where its imports lead as in a user's file. */
export function snippetFile({ page, line }: Block, ending: string): string {
  return `${page.replace(/\W+/g, '-')}-${line}.${ending}`;
}

function writeSnippet(block: Block, folder: string, ending: string): string {
  const file = join(folder, block.file ?? snippetFile(block, ending));
  if (!existsSync(file)) writeFileSync(file, block.text);
  return file;
}

/**
 * Compares what a page says that a command prints with what it did print: the same lines in the same order, where `...`
 * stands for anything, lines of nothing else included.
 */
export function findMissingLine(shown: string, printed: string): string | undefined {
  let rest = printed;
  for (const line of shown.split('\n')) {
    const parts = line.split('...').map((part) => part.trim());
    if (parts.every((part) => part === '')) continue;
    const pattern = parts
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, '\\s+'))
      .join('.*?');
    const found = new RegExp(pattern).exec(rest);
    if (found === null) return line;
    rest = rest.slice(found.index + found[0].length);
  }
  return undefined;
}
