import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalState } from '../dev/state-file.ts';

const ownRoot = join(import.meta.dirname, '..');
/** A machine that does much else at the same time starts it slowly. */
const startTimeoutMs = 90_000;
const stopTimeoutMs = 10_000;

const defaults = { PORT: '0', JOBWIRE_TEST_JOBS: '1', JOBWIRE_RELOAD: '0', NO_COLOR: '1' };

export interface LocalServer extends LocalState {
  /** Where the state file is, for commands that look for it: JOBWIRE_STATE. */
  stateFile: string;
  /** Everything that it has printed so far. */
  output(): string;
  /** Ends it by `signal` and resolves with its exit code, or undefined where it had to be killed. */
  stop(signal?: NodeJS.Signals): Promise<number | undefined>;
}

interface LocalServerOptions {
  /** Beside or instead of PORT=0, JOBWIRE_TEST_JOBS=1, JOBWIRE_RELOAD=0 and a JOBWIRE_STATE of its own. */
  env?: Record<string, string>;
  /** The project's folder. @default this one */
  root?: string;
}

/** Starts `npm start`'s program as a process of its own, and waits until it answers. */
export async function startLocalServer({ env = {}, root = ownRoot }: LocalServerOptions = {}): Promise<LocalServer> {
  const directory = mkdtempSync(join(tmpdir(), 'jobwire-state-'));
  const stateFile = env.JOBWIRE_STATE ?? join(directory, 'local.json');
  const child = spawn(process.execPath, [join(root, 'dev/start.ts')], {
    cwd: root,
    env: { ...process.env, ...defaults, JOBWIRE_STATE: stateFile, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = Promise.withResolvers<number | undefined>();
  child.once('close', (code) => ended.resolve(code ?? undefined));

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | undefined> {
    child.kill(signal);
    const killer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    const code = await ended.promise;
    clearTimeout(killer);
    rmSync(directory, { recursive: true, force: true });
    return code;
  }

  const deadlineMs = performance.now() + startTimeoutMs;
  while (!existsSync(stateFile)) {
    if (child.exitCode !== null || performance.now() > deadlineMs) {
      const code = await stop();
      throw new Error(`Cannot start the local server: it has ended with ${code}, it must answer\n${output}`);
    }
    await delay(50);
  }
  return { ...(JSON.parse(readFileSync(stateFile, 'utf8')) as LocalState), stateFile, output: () => output, stop };
}
