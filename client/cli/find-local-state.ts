import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { LocalState } from './find-address.ts';

/** What the local server of this project has written: in `JOBWIRE_STATE`, or in `.jobwire/` of a folder above. */
export function findLocalState(folder: string, env: Record<string, string | undefined>): LocalState | undefined {
  const files = env.JOBWIRE_STATE ? [resolve(folder, env.JOBWIRE_STATE)] : stateFilesAbove(folder);
  for (const file of files) {
    const state = readState(file);
    if (state) return { ...state, isAlive: isAlive(state.pid), file: nameOf(file, folder) };
  }
  return undefined;
}

function stateFilesAbove(folder: string): string[] {
  const file = join(folder, '.jobwire', 'local.json');
  const above = dirname(folder);
  return above === folder ? [file] : [file, ...stateFilesAbove(above)];
}

function readState(file: string): Pick<LocalState, 'rest' | 'key' | 'pid'> | undefined {
  try {
    const { rest, key, pid } = JSON.parse(readFileSync(file, 'utf8'));
    return typeof rest === 'string' && typeof key === 'string' && typeof pid === 'number'
      ? { rest, key, pid }
      : undefined;
  } catch {
    // There is none, or it is another program's.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process cannot be signalled, but is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function nameOf(file: string, folder: string): string {
  const name = relative(folder, file);
  return name.startsWith('..') || isAbsolute(name) ? file : name;
}
