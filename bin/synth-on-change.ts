// A child of the local server: synthesizes the stage `local`, and again at each save, and tells its parent each time:
// { type: 'synthesized', directory } or { type: 'failed', message }. Ends with its parent.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { watchFolder } from './watch-folder.ts';

const root = join(import.meta.dirname, '..');
const watched = ['bin', 'lib', 'jobs', 'test/jobs', 'lambdas', 'protocol'];
/** What the worker thread has loaded for good: a change there needs a new one. */
const loadedOnce = /^(bin|lib|protocol)\/|^lambdas\/env\.ts$/;
/** Editors save in several steps, within this time of each other. */
const settleMs = 30;
/** Ten times as long as a synthesis takes. A job file that loops or waits for ever while it loads takes longer. */
const patienceMs = 15_000;

const directory = makeDirectory();
process.env.CDK_VALIDATION = 'false';

let worker = startWorker();
/** Whether the worker is at it, whether something was saved since it began, and whether that needs another worker. */
let busy = true;
let stale = false;
let outdated = false;
let settled: NodeJS.Timeout | undefined;
let patience = startPatience();

/** A folder of its own, so that two servers, or one and the tests, never build into each other's; dead ones' are removed. */
function makeDirectory(): string {
  const build = join(root, 'build');
  mkdirSync(build, { recursive: true });
  for (const name of readdirSync(build)) {
    const [, pid] = /^local-(\d+)-/.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(build, name), { recursive: true, force: true });
  }
  return mkdtempSync(join(build, `local-${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function startWorker(): Worker {
  const data = { directory, testJobs: process.env.JOBWIRE_TEST_JOBS === '1' };
  const started = new Worker(new URL('./synthesize-local.ts', import.meta.url), { workerData: data });
  started.on('message', report);
  // A fault in lib/ or bin/ ends the thread, and so does a file that calls process.exit(); the next save starts another.
  const lose = (message: string) => {
    started.removeAllListeners();
    outdated = true;
    report({ type: 'failed', message });
  };
  started.on('error', ({ message }) => lose(message));
  started.on('exit', (code) =>
    lose(`Cannot load the job files: one of them, or what it imports, ends the process (exit status ${code})`),
  );
  return started;
}

/** From then on nothing is expected of the worker any more: what is saved, or was meanwhile, gets another one. */
function startPatience(): NodeJS.Timeout {
  return setTimeout(() => {
    console.error(
      `Not synthesized within ${patienceMs / 1000} s: does a job file, or what it imports, loop or wait for ever while it loads? The next save begins anew`,
    );
    busy = false;
    outdated = true;
    if (stale) synthesizeAgain();
  }, patienceMs);
}

function report(message: object): void {
  clearTimeout(patience);
  process.send?.(message);
  busy = false;
  if (stale) synthesizeAgain();
}

function onChange(path: string): void {
  stale = true;
  outdated ||= loadedOnce.test(path);
  clearTimeout(settled);
  settled = setTimeout(() => {
    if (stale && !busy) synthesizeAgain();
  }, settleMs);
}

function synthesizeAgain(): void {
  stale = false;
  busy = true;
  clearTimeout(patience);
  patience = startPatience();
  if (!outdated) {
    worker.postMessage('synthesize');
    return;
  }
  outdated = false;
  worker.removeAllListeners();
  worker.terminate();
  worker = startWorker();
}

/** `0` keeps a server as it started: a suite's must not change under its feet. */
const isWatching = process.env.JOBWIRE_RELOAD !== '0';
let isBlind = false;
for (const folder of isWatching ? watched : []) watchFolder(join(root, folder), onSave, tellBlind);

function onSave(file: string): void {
  if (file.endsWith('.ts') && !/\/\.[^/]*$/.test(file)) onChange(relative(root, file));
}

/** Once, for a limit of the system's is met by many folders. */
function tellBlind(error: unknown): void {
  if (!isBlind) console.error(`Not all saves are seen: ${error instanceof Error ? error.message : error}`);
  isBlind = true;
}

function end(): void {
  rmSync(directory, { recursive: true, force: true });
  process.exit();
}

// The parent's end, in whatever way it comes, closes the channel; signals to the group reach both.
process.on('disconnect', end);
process.on('SIGINT', end);
process.on('SIGTERM', end);
