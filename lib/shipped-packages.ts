import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** The packages that made it into some bundle, as `name@version`: what runs in an account, of all that is installed. */
export function shippedPackages(root: string, { outputs }: Metafile): Set<string> {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => packageFolder(path));
  const shipped = new Set(folders.filter((folder) => folder !== undefined));
  return new Set([...shipped].map((folder) => nameAndVersion(join(root, folder, 'package.json'))));
}

/** `node_modules/@aws-sdk/core/dist/x.js` -> `node_modules/@aws-sdk/core`; undefined for a file of no package. */
function packageFolder(path: string): string | undefined {
  return /^(?:[\w-]+:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
}

function nameAndVersion(file: string): string {
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
  return `${name}@${version}`;
}
