// `npm run locate -- submit-job < stack.txt`: says which lines of the sources a stack trace of a deployed function names.
// Functions are deployed without source maps (docs/decisions.md); the same commit makes the same bundle, and its map.
import { readFileSync } from 'node:fs';
import type { SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import { createBundler } from '../lib/bundle.ts';
import { functionNames, workerName } from '../lib/functions.ts';
import { locateStack } from '../lib/locate-stack.ts';

const root = join(import.meta.dirname, '..');
const [name = ''] = process.argv.slice(2);
const bundler = createBundler({
  root,
  directory: join(root, 'build/located'),
  testJobs: process.env.JOBWIRE_TEST_JOBS === '1',
  sourceMaps: true,
});
const { manifest, directoryOf } = await bundler.bundle();
await bundler.stop();

const names = [...functionNames, ...Object.keys(manifest.types).map(workerName)];
if (names.includes(name)) {
  const directory = directoryOf(name);
  const map = JSON.parse(readFileSync(join(directory, 'index.js.map'), 'utf8')) as SourceMapPayload;
  // A log line holds the stack as JSON, with its line breaks written as \n.
  const given = readFileSync(0, 'utf8').replaceAll('\\n', '\n');
  process.stdout.write(locateStack(given, { map, directory, root }));
} else {
  console.error(
    `Cannot locate lines of ${JSON.stringify(name)}: there is no such function, it must be one of ${names.join(', ')}, as in \`npm run locate -- submit-job < stack.txt\``,
  );
  process.exitCode = 2;
}
