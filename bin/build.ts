// `npm run build`: bundles every function as a deployment would, and prints how large each is.
import { join } from 'node:path';
import { createBundler } from '../lib/bundle.ts';
import { bundleSizes, maxPlatformBytes } from '../lib/bundle-sizes.ts';

const root = join(import.meta.dirname, '..');
const bundler = createBundler({
  root,
  directory: join(root, 'build/functions'),
  testJobs: process.env.JOBWIRE_TEST_JOBS === '1',
});
const kilobytes = (bytes: number) => (bytes / 1000).toFixed(0).padStart(6);

try {
  const { metafile } = await bundler.bundle();
  console.log('function                       KB  of which the platform (KB)');
  for (const { name, bytes, platformBytes } of bundleSizes(metafile)) {
    const tooLarge = platformBytes > maxPlatformBytes;
    console.log(`${name.padEnd(26)}${kilobytes(bytes)}${kilobytes(platformBytes)}${tooLarge ? '  too large' : ''}`);
    if (tooLarge) process.exitCode = 1;
  }
  console.log(
    `Each may have ${maxPlatformBytes / 1000} KB of the platform's; they are in build/functions/<name>/index.js.`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await bundler.stop();
}
