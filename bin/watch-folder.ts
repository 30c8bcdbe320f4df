import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/**
 * Calls `onChange` with the path of each file below `folder` that is written, made, renamed or removed, from now on.
 * One watcher for each folder: on Linux, Node's recursive ones watch files, and lose one as soon as an editor saves it
 * by putting a new file in its place. `onFault` hears of each folder that the system lets nobody watch (of watchers, too,
 * there is a limit).
 */
export function watchFolder(
  folder: string,
  onChange: (path: string) => void,
  onFault: (error: unknown) => void = () => undefined,
): void {
  if (!isFolder(folder)) return;
  const known = new Set<string>();
  const watcher = startWatcher();
  // A folder that is removed ends its watcher; on some systems by an error.
  watcher?.on('error', () => watcher.close());
  for (const path of pathsIn(folder)) if (isFolder(path)) watchBelow(path);

  function startWatcher(): FSWatcher | undefined {
    try {
      return watch(folder, (_, name) => {
        if (name !== null) hear(join(folder, name));
      });
    } catch (error) {
      if (isFolder(folder)) onFault(error);
      return undefined;
    }
  }

  function hear(path: string): void {
    onChange(path);
    if (!isFolder(path)) known.delete(path);
    else if (!known.has(path)) watchNew(path);
  }

  function watchBelow(path: string): void {
    known.add(path);
    watchFolder(path, onChange, onFault);
  }

  function watchNew(path: string): void {
    watchBelow(path);
    // What was put there before it was watched.
    for (const below of pathsIn(path, { recursive: true })) onChange(below);
  }
}

/** None, where the folder is gone again. */
function pathsIn(folder: string, { recursive = false } = {}): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' }).map((name) => join(folder, name));
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
