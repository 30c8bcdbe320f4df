import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type Block, root } from './page.ts';

/** What a clone does not have, or what would take long to copy. */
const left = /^(node_modules|build|cdk\.out|\.git|\.jobwire|bench\/raw)(\/|$)/;

/** A copy of the project, as somebody has it who cloned and installed it. */
export interface ScratchProject {
  folder: string;
  /** Puts a file there that a block shows; one that the project has itself must be the same. */
  put(file: string, block: Block): void;
  remove(): void;
}

export function makeScratchProject(): ScratchProject {
  const folder = mkdtempSync(join(tmpdir(), 'jobwire-docs-'));
  cpSync(root, folder, { recursive: true, filter: (source) => !left.test(relative(root, source)) });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    put(file, { page, line, text }) {
      const place = join(folder, file);
      if (existsSync(place) && readFileSync(place, 'utf8').trim() !== withoutName(file, text, place)) {
        throw new Error(`Cannot put ${file} of ${page}:${line}: the file is another one, the two must be the same`);
      }
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, `${text}\n`);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A block names its file in its first line, which the file itself need not have. */
function withoutName(file: string, text: string, place: string): string {
  const isNamed = readFileSync(place, 'utf8').split('\n', 1)[0]?.includes(file) === true;
  return isNamed ? text.trim() : text.slice(text.indexOf('\n') + 1).trim();
}
