import type { OnLoadResult, Plugin } from 'esbuild';
import type { Json, Manifest } from '../protocol/types.ts';
import type { JobFile } from './job-files.ts';
import { validatorsSource } from './validators.ts';

/** What the bundled modules are made of; replaced before each build. */
export interface BuildModules {
  files: JobFile[];
  manifest: Manifest;
  openapi: Record<string, Json>;
  asyncapi: Record<string, Json>;
}

/** The entry of a type's worker function, made for `lambdas/run-job.ts` to wrap the type's own file. */
export function workerEntry(type: string): string {
  return `jobwire:worker/${type}`;
}

/** An esbuild plugin that provides the modules of `lambdas/build-modules.d.ts` and the workers' entries. */
export function buildModules(root: string, current: () => BuildModules): Plugin {
  return {
    name: 'jobwire',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^jobwire:/ }, ({ path }) => ({ path: path.slice('jobwire:'.length), namespace: 'jobwire' }));
      onLoad({ filter: /.*/, namespace: 'jobwire' }, ({ path }) => ({
        ...load(path, current()),
        resolveDir: root,
      }));
    },
  };
}

function load(path: string, modules: BuildModules): OnLoadResult {
  if (path === 'manifest') return json(modules.manifest);
  if (path === 'openapi') return json(modules.openapi);
  if (path === 'asyncapi') return json(modules.asyncapi);
  if (path === 'validators') return { contents: validatorsSource(modules.manifest), loader: 'js' };
  const file = modules.files.find(({ name }) => path === `worker/${name}`);
  if (file) return { contents: workerSource(file, modules.manifest), loader: 'ts' };
  throw new Error(`Cannot make the module jobwire:${path}: there is none of this name`);
}

function json(value: unknown): OnLoadResult {
  return { contents: JSON.stringify(value), loader: 'json' };
}

/** The worker gets the limits that the manifest shows: checked, and laid over the defaults once. */
function workerSource({ name, path }: JobFile, { types }: Manifest): string {
  return [
    "import { workerFor } from './lambdas/run-job.ts';",
    `import definition from './${path}';`,
    `const limits = ${JSON.stringify(types[name]?.limits)};`,
    `export const handler = workerFor(${JSON.stringify(name)}, { ...definition, limits });`,
  ].join('\n');
}
