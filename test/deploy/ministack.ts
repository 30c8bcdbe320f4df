import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ProcessGroup, startGroup } from './process-group.ts';

const root = join(import.meta.dirname, '../..');
/** Where pip puts MiniStack and what it needs. */
const packages = join(root, '.ministack');
const startTimeoutMs = 60_000;
const options = { cwd: root, env: process.env };

/** MiniStack cannot be had here: no Python, no pip, or no registry. */
export class NoMiniStackError extends Error {}

const pip = [
  '-m',
  'pip',
  'install',
  '--quiet',
  '--disable-pip-version-check',
  '--no-input',
  '--retries=1',
  '--timeout=15',
];

/** Starts getting the newest release that the registry serves. */
export function startInstallation(): ProcessGroup {
  return startGroup('python3', [...pip, '--upgrade', `--target=${packages}`, 'ministack'], options);
}

/** Waits for the installation. Where the registry serves none, a release that is here already has to do. */
export async function finishInstallation({ ended, output }: ProcessGroup): Promise<void> {
  const code = await ended;
  if (code === 0 || (code !== undefined && existsSync(join(packages, 'ministack')))) return;
  const reason = output().trim().split('\n').at(-1) || 'pip was ended';
  throw new NoMiniStackError(`Cannot install MiniStack: ${reason}; it takes python3 with pip, and pip's registry`);
}

export interface MiniStack {
  url: string;
  /** Waits until it answers, and gives its version. */
  ready(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts MiniStack on a port that is free. */
export function startMiniStack(port: number): MiniStack {
  const directory = mkdtempSync(join(tmpdir(), 'jobwire-ministack-'));
  const group = startGroup('python3', ['-m', 'ministack'], {
    cwd: directory,
    env: { ...process.env, ...variables(port, directory) },
  });
  const url = `http://localhost:${port}`;
  return {
    url,
    ready: () => untilReady(url, group),
    async stop() {
      await group.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Functions run as children of MiniStack, and get its variables beside their own. */
function variables(port: number, directory: string): Record<string, string> {
  return {
    PYTHONPATH: packages,
    GATEWAY_PORT: String(port),
    BIND_HOST: '127.0.0.1',
    TMPDIR: directory,
    // The Node that nodejs24.x stands for, and what Lambda's own runtime has beyond it.
    PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    NODE_OPTIONS: `--import=${join(import.meta.dirname, 'awslambda-global.ts')} --disable-warning=DEP0169`,
  };
}

async function untilReady(url: string, group: ProcessGroup): Promise<string> {
  const endMs = performance.now() + startTimeoutMs;
  let hasEnded = false;
  void group.ended.then(() => {
    hasEnded = true;
  });
  while (performance.now() < endMs && !hasEnded) {
    const health = await fetch(`${url}/_ministack/health`).catch(() => undefined);
    if (health?.ok) return ((await health.json()) as { version: string }).version;
    await pause(100);
  }
  throw new Error(`Cannot start MiniStack: it does not answer at ${url}\n${group.output().slice(-2_000)}`);
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string')
    throw new Error('Cannot find a free port: the system names none');
  return address.port;
}
