import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Json, Manifest, TypeLimits } from '../protocol/types.ts';
import type { JobFile } from './job-files.ts';

type Documented = (manifest: Manifest) => Record<string, Json>;

/** What the project's sources say at this moment. */
export interface Declarations {
  /** The default export of each job file, whatever it is, by type name. */
  definitions: Record<string, unknown>;
  defaultLimits: TypeLimits;
  openApiDocument: Documented;
  asyncApiDocument: Documented;
}

let loads = 0;

/**
 * Loads the job files and the documents made from them. They are bundled into one module with a name of its own each
 * time, for Node never loads a module's address twice, and a resident process must see what was just saved.
 */
export async function loadDeclarations(root: string, files: JobFile[], directory: string): Promise<Declarations> {
  mkdirSync(directory, { recursive: true });
  loads += 1;
  const outfile = join(directory, `declarations-${process.pid}-${Date.now()}-${loads}.mjs`);
  try {
    await build({
      stdin: { contents: sourceOf(files), resolveDir: root, sourcefile: 'declarations.ts', loader: 'ts' },
      outfile,
      bundle: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
      target: 'node24',
      logLevel: 'silent',
    });
    return (await import(pathToFileURL(outfile).href)) as Declarations;
  } finally {
    rmSync(outfile, { force: true });
  }
}

function sourceOf(files: JobFile[]): string {
  const imports = files.map(({ path }, index) => `import * as file${index} from './${path}';`);
  const entries = files.map(({ name }, index) => `  ${JSON.stringify(name)}: file${index}.default,`);
  return [
    ...imports,
    "export { defaultLimits } from './lambdas/define-job.ts';",
    "export { openApiDocument } from './protocol/openapi.ts';",
    "export { asyncApiDocument } from './protocol/asyncapi.ts';",
    `export const definitions = {\n${entries.join('\n')}\n};`,
  ].join('\n');
}
