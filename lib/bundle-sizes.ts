import type { Metafile } from 'esbuild';

/** How large one function's bundle is. */
export interface BundleSize {
  name: string;
  bytes: number;
  /** Without what a job type brings along itself: its own file, zod, and the packages that it alone imports. */
  platformBytes: number;
}

/** Functions whose start a client waits for, and workers: their part that is the platform's is at most this large. */
export const maxPlatformBytes = 420 * 1000;

const platformPackages = /node_modules\/(@aws-sdk|@smithy|@aws-crypto|@aws|tslib|bowser)\//;

/** The sizes of all bundles by function name, largest first. */
export function bundleSizes({ outputs }: Metafile): BundleSize[] {
  return Object.entries(outputs)
    .map(([path, { bytes, inputs }]) => {
      const own = Object.entries(inputs).filter(([input]) => isOfType(input));
      const ownBytes = own.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
      return { name: path.split('/').at(-2) ?? path, bytes, platformBytes: bytes - ownBytes };
    })
    .toSorted((a, b) => b.bytes - a.bytes);
}

function isOfType(input: string): boolean {
  if (/^(test\/)?jobs\//.test(input)) return true;
  return input.includes('node_modules/') && !platformPackages.test(input);
}
