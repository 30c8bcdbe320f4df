import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Has the project build its console in a process of its own, and returns the folder. At once where it has been built before. */
export async function buildConsole(root: string): Promise<string> {
  const script = join(root, 'bin/build-console.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script], { cwd: root });
  return stdout.trim();
}
