import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What the console is made of: its own files, what they import, and what builds them. */
const sources = ['console', 'client', 'protocol', 'tsconfig.json', 'package-lock.json'];
const keptMs = 24 * 3_600_000;

/**
 * The folder of the built console, below `build/console/`: built where there is none of the present sources, else at
 * hand at once. A process of its own builds, so that its caller goes on meanwhile.
 */
export async function buildConsole(root: string): Promise<string> {
  const builds = join(root, 'build/console');
  const directory = join(builds, fingerprint(root));
  if (existsSync(directory)) return directory;
  mkdirSync(builds, { recursive: true });
  const draft = join(builds, `draft-${process.pid}-${Date.now()}`);
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const options = ['--outDir', draft, '--logLevel', 'warn'];
  await promisify(execFile)(process.execPath, [vite, 'build', join(root, 'console'), ...options], { cwd: root });
  place(draft, directory);
  removeOld(builds, directory);
  return directory;
}

/** Puts the draft into its place, unless another process was faster with the same. */
function place(draft: string, directory: string): void {
  try {
    renameSync(draft, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
    rmSync(draft, { recursive: true });
  }
}

/** Builds that nobody serves any more, for a day has gone by since. */
function removeOld(builds: string, current: string): void {
  for (const name of readdirSync(builds)) {
    const build = join(builds, name);
    const age = Date.now() - (statSync(build, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (build !== current && age > keptMs) rmSync(build, { recursive: true, force: true });
  }
}

function fingerprint(root: string): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesOf(root, source))) {
    hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex').slice(0, 20);
}

function filesOf(root: string, path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted();
}
