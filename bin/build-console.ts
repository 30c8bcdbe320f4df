// Builds the console, where that has not been done yet, and prints its folder; `--sizes` prints what a browser loads.
// `npm run build` and the local server run it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildConsole } from '../lib/console-build.ts';

const root = join(import.meta.dirname, '..');

try {
  const directory = await buildConsole(root);
  if (process.argv.includes('--sizes')) printSizes(directory);
  else console.log(directory);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function printSizes(directory: string): void {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.'));
  const sizes = files.map((name) => gzipSync(readFileSync(join(directory, name))).length);
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  console.log(`The console is ${kilobytes.toFixed(1)} KB, gzipped, in ${files.length} files.`);
}
