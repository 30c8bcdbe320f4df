import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import type { BuildModules } from './build-modules.ts';

/** What every input of a bundle was at some moment: another text is another content. */
export type Snapshot = ReadonlyMap<string, string>;

type Outputs = Metafile['outputs'];

const sourceFolders = ['lambdas', 'protocol', 'jobs', 'test/jobs'];

/** The project's own inputs now, as esbuild names them. Packages are left out: a new one needs a new start. */
export function takeSnapshot(root: string, { files, manifest, openapi, asyncapi }: BuildModules): Snapshot {
  const sources = sourceFolders.flatMap((folder) => sourcesBelow(root, folder));
  const types = JSON.stringify(manifest);
  return new Map([
    ...sources,
    ['jobwire:manifest', types],
    ['jobwire:validators', types],
    ['jobwire:openapi', JSON.stringify(openapi)],
    ['jobwire:asyncapi', JSON.stringify(asyncapi)],
    ...files.map(({ name, path }) => [`jobwire:worker/${name}`, path] as const),
  ]);
}

function sourcesBelow(root: string, folder: string): [string, string][] {
  const directory = join(root, folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => {
      const path = join(parentPath, name);
      const { mtimeMs, size } = statSync(path);
      return [path.slice(root.length + 1), `${mtimeMs} ${size}`];
    });
}

/** Remembers of what each bundle was made, and so knows which are no longer what their sources say. */
export class BundleRecord {
  private readonly made = new Map<string, { outputs: Outputs; inputs: [string, string | undefined][] }>();

  /** Those of `entries` that were never built, or one of whose inputs is another in `now`. */
  staleOf(entries: string[], now: Snapshot): string[] {
    return entries.filter((entry) => {
      const inputs = this.made.get(entry)?.inputs;
      return (
        inputs === undefined || inputs.some(([path, content]) => content === undefined || now.get(path) !== content)
      );
    });
  }

  /** Takes down what a build made, `before` being the snapshot from before it. */
  add({ outputs }: Metafile, before: Snapshot): void {
    for (const [path, output] of Object.entries(outputs)) {
      const entry = path.split('/').slice(-2).join('/').replace(/\.js$/, '');
      const own = Object.keys(output.inputs).filter((input) => !input.includes('node_modules/'));
      this.made.set(entry, {
        outputs: { [path]: output },
        inputs: own
          .filter((input) => !input.startsWith('lambda-credentials:'))
          .map((input) => [input, before.get(input)]),
      });
    }
  }

  /** What is known of `entries` together, as if one build had made them all. */
  metafileOf(entries: string[]): Metafile {
    const outputs = entries.map((entry) => this.made.get(entry)?.outputs ?? {});
    return { inputs: {}, outputs: Object.assign({}, ...outputs) as Outputs };
  }
}
