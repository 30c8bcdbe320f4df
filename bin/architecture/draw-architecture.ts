import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createBundler } from '../../lib/bundle.ts';
import { jobwireApp } from '../../lib/jobwire-app.ts';
import { drawWires } from './draw-wires.ts';
import { readWires } from './read-wires.ts';

const stage = 'prod';

/** Synthesizes the project's stack, as `cdk deploy` would, and draws its templates as SVG. */
export async function drawArchitecture(root: string): Promise<string> {
  const build = join(root, 'build');
  mkdirSync(build, { recursive: true });
  const directory = mkdtempSync(join(build, 'picture-'));
  const bundler = createBundler({ root, directory: join(directory, 'functions'), testJobs: false });
  try {
    const bundles = await bundler.bundle();
    const outdir = join(directory, 'assembly');
    // What is in it is no matter here, that it is hosted is.
    const consoleDirectory = join(root, 'console');
    jobwireApp({ bundles, consoleDirectory, outdir, stage }).synth();
    const files = readdirSync(outdir, { recursive: true, encoding: 'utf8' });
    const templates = files
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => JSON.parse(readFileSync(join(outdir, file), 'utf8')));
    return drawWires(readWires(templates, `${bundles.manifest.name}-${stage}`));
  } finally {
    await bundler.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
