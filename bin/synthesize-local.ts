// The worker thread of synth-on-change.ts: synthesizes the stage `local` at each message, in the same process, so that
// what was loaded and built before is still at hand.
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createBundler } from '../lib/bundle.ts';
import { jobwireApp } from '../lib/jobwire-app.ts';

const { directory, testJobs } = workerData as { directory: string; testJobs: boolean };
const bundler = createBundler({
  root: join(import.meta.dirname, '..'),
  directory: join(directory, 'functions'),
  testJobs,
  readable: true,
});
const outdir = join(directory, 'assembly');

async function synthesize(): Promise<void> {
  try {
    jobwireApp({ bundles: await bundler.bundle(), outdir, stage: 'local' }).synth();
    parentPort?.postMessage({ type: 'synthesized', directory: outdir });
  } catch (error) {
    parentPort?.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

parentPort?.on('message', synthesize);
await synthesize();
