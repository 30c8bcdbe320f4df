// A child of the local server: synthesizes the stage `local`, and again at each save, and tells its parent each time:
// { type: 'synthesized', directory } or { type: 'failed', message }. Ends with its parent.
import { existsSync, type FSWatcher, mkdirSync, mkdtempSync, rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const root = join(import.meta.dirname, '..');
const watched = ['bin', 'lib', 'jobs', 'test/jobs', 'lambdas', 'protocol'];
/** What the worker thread has loaded for good: a change there needs a new one. */
const loadedOnce = /^(bin|lib|protocol)\/|^lambdas\/env\.ts$/;
/** Editors save in several steps, within this time of each other. */
const settleMs = 30;

// A folder of its own: two servers at once, or one and the tests, must not build into each other's.
mkdirSync(join(root, 'build'), { recursive: true });
const directory = mkdtempSync(join(root, 'build/local-'));
process.env.CDK_VALIDATION = 'false';

let worker = startWorker();
/** Whether the worker is at it, and whether something was saved since it began. */
let busy = true;
let stale = false;
let settled: NodeJS.Timeout | undefined;

function startWorker(): Worker {
  const data = { directory, testJobs: process.env.JOBWIRE_TEST_JOBS === '1' };
  const started = new Worker(new URL('./synthesize-local.ts', import.meta.url), { workerData: data });
  started.on('message', (report) => {
    tell(report);
    busy = false;
    if (stale) synthesizeAgain();
  });
  // A fault in lib/ or bin/ ends the thread; the next save there starts another.
  started.on('error', (error) => {
    tell({ type: 'failed', message: error.message });
    busy = false;
  });
  return started;
}

function tell(report: object): void {
  process.send?.(report);
}

function onChange(path: string): void {
  if (loadedOnce.test(path)) restart = true;
  stale = true;
  clearTimeout(settled);
  settled = setTimeout(() => {
    if (!busy) synthesizeAgain();
  }, settleMs);
}

let restart = false;

function synthesizeAgain(): void {
  stale = false;
  busy = true;
  if (!restart) {
    worker.postMessage('synthesize');
    return;
  }
  restart = false;
  worker.removeAllListeners();
  worker.terminate();
  worker = startWorker();
}

function watchFolder(folder: string): FSWatcher | undefined {
  if (!existsSync(join(root, folder))) return undefined;
  return watch(join(root, folder), { recursive: true }, (_, file) => {
    if (file?.endsWith('.ts') && !file.startsWith('.')) onChange(`${folder}/${file}`);
  });
}

for (const folder of watched) watchFolder(folder);

function end(): void {
  rmSync(directory, { recursive: true, force: true });
  process.exit();
}

// The parent's end, in whatever way it comes, closes the channel; signals to the group reach both.
process.on('disconnect', end);
process.on('SIGINT', end);
process.on('SIGTERM', end);
