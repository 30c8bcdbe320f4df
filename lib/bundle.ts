import { join } from 'node:path';
import { type BuildContext, type BuildOptions, context, type Metafile } from 'esbuild';
import type { Manifest } from '../protocol/types.ts';
import { type BuildModules, buildModules, workerEntry } from './build-modules.ts';
import { loadDeclarations } from './declarations.ts';
import { functionNames, workerName } from './functions.ts';
import { findJobFiles } from './job-files.ts';
import { lambdaCredentials } from './lambda-credentials.ts';
import { manifestOf } from './manifest.ts';
import { readPackage } from './package-file.ts';

/** How a function is bundled. The bench builds what it compares them with in the same way. */
export const bundleOptions = {
  bundle: true,
  // The shortest way to a cold start: CommonJS out of ES modules in, everything in one small file (docs/decisions.md).
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  define: { 'process.env.NODE_ENV': '"production"' },
} satisfies BuildOptions;

interface BundlerOptions {
  /** The project's folder. */
  root: string;
  /** Gets one folder for each function, with its `index.js`. */
  directory: string;
  testJobs: boolean;
  /** Leaves names and lines as they are, so that a stack trace says where to look. @default false */
  readable?: boolean;
}

/** What one build made. */
export interface Bundles {
  manifest: Manifest;
  /** The folder of a function's bundle. */
  directoryOf(name: string): string;
  metafile: Metafile;
}

/** Bundles the functions as often as it is asked to; what has not changed since the last time costs little. */
export interface Bundler {
  bundle(): Promise<Bundles>;
  stop(): Promise<void>;
}

/**
 * A bundler of all functions. One esbuild context serves them all: a process for each would cost two seconds more.
 * Its entries are fixed, so a job type more or less makes a new one.
 */
export function createBundler({ root, directory, testJobs, readable = false }: BundlerOptions): Bundler {
  let current: BuildModules;
  let open: { entries: string; context: BuildContext<{ metafile: true }> } | undefined;

  async function contextFor(entryPoints: Record<string, string>) {
    const entries = JSON.stringify(entryPoints);
    if (open?.entries !== entries) {
      await open?.context.dispose();
      open = { entries, context: await openContext(entryPoints) };
    }
    return open.context;
  }

  function openContext(entryPoints: Record<string, string>) {
    return context({
      entryPoints,
      outdir: directory,
      absWorkingDir: root,
      ...bundleOptions,
      minify: !readable,
      metafile: true,
      logLevel: 'silent',
      plugins: [buildModules(root, () => current), lambdaCredentials()],
    });
  }

  return {
    async bundle() {
      current = await readSources({ root, directory, testJobs });
      const esbuild = await contextFor(entryPointsOf(current));
      const { metafile } = await esbuild.rebuild();
      return { manifest: current.manifest, directoryOf: (name) => join(directory, name), metafile };
    },
    async stop() {
      await open?.context.dispose();
      open = undefined;
    },
  };
}

async function readSources({ root, directory, testJobs }: BundlerOptions): Promise<BuildModules> {
  const files = findJobFiles(root, { testJobs });
  const declarations = await loadDeclarations(root, files, directory);
  const { definitions, defaultLimits, openApiDocument, asyncApiDocument } = declarations;
  const manifest = manifestOf({ ...readPackage(root), files, definitions, defaultLimits });
  return { files, manifest, openapi: openApiDocument(manifest), asyncapi: asyncApiDocument(manifest) };
}

function entryPointsOf({ files }: BuildModules): Record<string, string> {
  const own = functionNames.map((name) => [`${name}/index`, `./lambdas/${name}.ts`]);
  const workers = files.map(({ name }) => [`${workerName(name)}/index`, workerEntry(name)]);
  return Object.fromEntries([...own, ...workers]);
}
