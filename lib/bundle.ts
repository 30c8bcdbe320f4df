import { join } from 'node:path';
import { type BuildContext, type BuildOptions, context, type Metafile } from 'esbuild';
import type { Manifest } from '../protocol/types.ts';
import { type BuildModules, buildModules, workerEntry } from './build-modules.ts';
import { loadDeclarations } from './declarations.ts';
import { functionNames, workerName } from './functions.ts';
import { parseHandlerSecrets } from './handler-secrets.ts';
import { findJobFiles } from './job-files.ts';
import { lambdaCredentials } from './lambda-credentials.ts';
import { manifestOf } from './manifest.ts';
import { readPackage } from './package-file.ts';
import { BundleRecord, takeSnapshot } from './stale-bundles.ts';

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

/** Leaves the bundles as they are, and puts the map of each beside it. */
export const mapOptions = { sourcemap: 'external', sourcesContent: false } satisfies BuildOptions;

interface BundlerOptions {
  /** The project's folder. */
  root: string;
  /** Gets one folder for each function, with its `index.js`. */
  directory: string;
  testJobs: boolean;
  /** Leaves names and lines as they are, so that a stack trace says where to look. @default false */
  readable?: boolean;
  /** Puts the source map of each bundle beside it. @default false */
  sourceMaps?: boolean;
}

/** What one build made. */
export interface Bundles {
  manifest: Manifest;
  /** The names of the secrets that the handlers read, by type: not in the manifest, which clients see. */
  handlerSecrets: Record<string, string[]>;
  /** The folder of a function's bundle. */
  directoryOf(name: string): string;
  metafile: Metafile;
}

/** Bundles the functions as often as it is asked to; only what has changed since the last time is built again. */
export interface Bundler {
  bundle(): Promise<Bundles>;
  stop(): Promise<void>;
}

type EntryPoints = Record<string, string>;

/**
 * A bundler of all functions. One esbuild context serves them all, for a process for each would cost two seconds more;
 * a second one serves the few that an edit touches.
 */
export function createBundler(options: BundlerOptions): Bundler {
  const { root, directory, testJobs, readable = false, sourceMaps = false } = options;
  let current: BuildModules;
  const record = new BundleRecord();
  const openContext = (entryPoints: EntryPoints) =>
    context({
      entryPoints,
      outdir: directory,
      absWorkingDir: root,
      ...bundleOptions,
      ...(sourceMaps && mapOptions),
      minify: !readable,
      metafile: true,
      logLevel: 'silent',
      plugins: [buildModules(root, () => current), lambdaCredentials()],
    });
  const all = keptContext(openContext);
  const few = keptContext(openContext);

  return {
    async bundle() {
      const sources = await readSources({ root, directory, testJobs });
      current = sources.modules;
      const before = takeSnapshot(root, current);
      const entryPoints = entryPointsOf(current);
      const names = Object.keys(entryPoints);
      const stale = record.staleOf(names, before);
      const isFew = stale.length <= names.length / 4;
      if (isFew && stale.length > 0) record.add(await few.build(pick(entryPoints, stale)), before);
      if (!isFew) record.add(await all.build(entryPoints), before);
      return {
        manifest: current.manifest,
        handlerSecrets: sources.handlerSecrets,
        directoryOf: (name) => join(directory, name),
        metafile: record.metafileOf(names),
      };
    },
    async stop() {
      await all.stop();
      await few.stop();
    },
  };
}

/** One esbuild context, kept as long as the entries stay the same: they are fixed when it is made. */
function keptContext(open: (entryPoints: EntryPoints) => Promise<BuildContext<{ metafile: true }>>) {
  let kept: { entries: string; context: BuildContext<{ metafile: true }> } | undefined;
  return {
    async build(entryPoints: EntryPoints): Promise<Metafile> {
      const entries = JSON.stringify(entryPoints);
      if (kept?.entries !== entries) {
        await kept?.context.dispose();
        kept = { entries, context: await open(entryPoints) };
      }
      const { metafile } = await kept.context.rebuild();
      return metafile;
    },
    async stop() {
      await kept?.context.dispose();
      kept = undefined;
    },
  };
}

function pick(entryPoints: EntryPoints, names: string[]): EntryPoints {
  return Object.fromEntries(Object.entries(entryPoints).filter(([name]) => names.includes(name)));
}

async function readSources({ root, directory, testJobs }: BundlerOptions) {
  const files = findJobFiles(root, { testJobs });
  const declarations = await loadDeclarations(root, files, directory);
  const { definitions, defaultLimits, openApiDocument, asyncApiDocument } = declarations;
  const manifest = manifestOf({ ...readPackage(root), files, definitions, defaultLimits });
  const modules = { files, manifest, openapi: openApiDocument(manifest), asyncapi: asyncApiDocument(manifest) };
  const secrets = files.map(({ name, path }) => [name, parseHandlerSecrets(definitions[name], path)] as const);
  return { modules, handlerSecrets: Object.fromEntries(secrets) };
}

function entryPointsOf({ files }: BuildModules): EntryPoints {
  const own = functionNames.map((name) => [`${name}/index`, `./lambdas/${name}.ts`]);
  const workers = files.map(({ name }) => [`${workerName(name)}/index`, workerEntry(name)]);
  return Object.fromEntries([...own, ...workers]);
}
