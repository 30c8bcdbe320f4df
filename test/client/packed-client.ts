import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A project that has the package installed, as it would be published. */
export interface Consumer {
  folder: string;
  /** Where the package lies. */
  client: string;
}

/** Builds the package into a project of its own. */
export function installClient(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'jobwire-client-'));
  const client = join(folder, 'node_modules/jobwire-client');
  mkdirSync(client, { recursive: true });
  execFileSync(process.execPath, [join(root, 'client/build.ts'), join(client, 'dist')]);
  cpSync(join(root, 'client/package.json'), join(client, 'package.json'));
  cpSync(join(root, 'client/README.md'), join(client, 'README.md'));
  // What a project has that runs on Node.
  mkdirSync(join(folder, 'node_modules/@types'));
  for (const name of ['@types/node', 'undici-types']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  }
  return { folder, client };
}
