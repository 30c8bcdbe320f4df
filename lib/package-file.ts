import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The service's name and version: those of the project's `package.json`. */
export function readPackage(root: string): { name: string; version: string } {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  if (typeof name === 'string' && typeof version === 'string') return { name, version };
  throw new Error(`Cannot read ${join(root, 'package.json')}: it must have a name and a version`);
}
