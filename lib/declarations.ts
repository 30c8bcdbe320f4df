import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Json, Manifest, TypeLimits } from '../protocol/types.ts';
import type { JobFile } from './job-files.ts';
import { locateStack } from './locate-stack.ts';

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
 * time, for Node never loads a module's address twice, and a resident process must see what was just saved. What they
 * throw while they load is told with the job file's line.
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
      sourcemap: 'external',
      sourcesContent: false,
    });
    return (await import(pathToFileURL(outfile).href).catch((error: unknown) => {
      throw withJobFile(error, { root, directory, outfile });
    })) as Declarations;
  } finally {
    rmSync(outfile, { force: true });
    rmSync(`${outfile}.map`, { force: true });
  }
}

/** The error with the line of the first job file in its stack, if there is any. */
function withJobFile(error: unknown, { root, directory, outfile }: Record<'root' | 'directory' | 'outfile', string>) {
  if (!(error instanceof Error)) return error;
  const map = JSON.parse(readFileSync(`${outfile}.map`, 'utf8'));
  const stack = locateStack(error.stack ?? '', { map, directory, root, file: basename(outfile) });
  const [place] = /\b(?:test\/)?jobs\/[^\s():]+:\d+/.exec(stack) ?? [];
  return place === undefined ? error : new Error(`Cannot load ${place}: ${error.message}`, { cause: error });
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
