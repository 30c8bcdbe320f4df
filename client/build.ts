// `npm run client:build [folder]`: what the package `jobwire-client` is made of, in client/dist, and how large that is.
import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';

const folder = import.meta.dirname;
const dist = resolve(process.argv[2] ?? join(folder, 'dist'));
const mostBytes = 12 * 1024;

rmSync(dist, { recursive: true, force: true });
const shared: BuildOptions = {
  bundle: true,
  format: 'esm',
  target: ['es2024', 'node20'],
  minify: true,
  sourcemap: true,
};
await Promise.all([
  build({
    ...shared,
    entryPoints: [join(folder, 'index.ts')],
    outfile: join(dist, 'index.js'),
    // Neither Node nor a browser: nothing of either may be taken for granted.
    platform: 'neutral',
  }),
  build({
    ...shared,
    entryPoints: { jobwire: join(folder, 'cli/jobwire.ts'), 'jobwire-types': join(folder, 'write-job-types.ts') },
    outdir: dist,
    platform: 'node',
    sourcemap: false,
  }),
]);
execFileSync(process.execPath, [join(folder, '../node_modules/typescript/bin/tsc'), '-p', folder, '--outDir', dist], {
  stdio: 'inherit',
});
copyFileSync(join(folder, '../LICENSE'), join(dist, 'LICENSE'));
for (const path of globSync('**/*.d.ts', { cwd: dist })) {
  const text = readFileSync(join(dist, path), 'utf8');
  // Declarations name the files that lie beside them, whatever the settings of the project that reads them.
  writeFileSync(join(dist, path), text.replace(/(from '\.[^']*)\.ts'/g, "$1.js'"));
}

const bytes = gzipSync(readFileSync(join(dist, 'index.js')), { level: 9 }).length;
console.log(`jobwire-client is ${bytes} bytes gzipped, of ${mostBytes} that it may have.`);
if (bytes > mostBytes) process.exitCode = 1;
