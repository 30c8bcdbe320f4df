import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');
const program = join(root, 'client/cli/jobwire.ts');

interface RunOptions {
  /** Beside PATH; nothing else of the environment is handed down. */
  env?: Record<string, string>;
  /** @default a folder without a local server */
  cwd?: string;
  /** What stands on standard input. */
  input?: string;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The command, as it runs: to interrupt it, and to see what it has said so far. */
export interface Running {
  child: ChildProcessWithoutNullStreams;
  said(): string;
  ended: Promise<Ended>;
}

let emptyFolder: string | undefined;

/** Starts the real command as a process of its own. */
export function startJobwire(args: readonly string[], { env = {}, cwd, input = '' }: RunOptions = {}): Running {
  emptyFolder ??= mkdtempSync(join(tmpdir(), 'jobwire-cli-'));
  return start(process.execPath, [program, ...args], { env, cwd: cwd ?? emptyFolder, input });
}

/** Runs the real command to its end. */
export function jobwire(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return startJobwire(args, options).ended;
}

interface TerminalOptions extends RunOptions {
  columns: number;
}

/** True where util-linux's `script` can make a terminal. */
export const hasTerminals = (() => {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8' }).includes('util-linux');
  } catch {
    return false;
  }
})();

/** Starts the real command on a terminal of its own. All that it writes comes as `stdout`, as a terminal gets it. */
export function startOnTerminal(args: readonly string[], { env = {}, cwd = root, columns }: TerminalOptions): Running {
  const words = [process.execPath, program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const line = `stty cols ${columns} rows 30; exec ${words.join(' ')}`;
  const options = { cwd, env: { TERM: 'xterm-256color', SHELL: '/bin/sh', ...env }, isOpen: true };
  return start('script', ['--quiet', '--return', '--command', line, '/dev/null'], options);
}

interface StartOptions extends RunOptions {
  /** Leaves standard input open: its end is Ctrl-D. */
  isOpen?: boolean;
}

function start(file: string, args: readonly string[], { env, cwd, input = '', isOpen = false }: StartOptions): Running {
  const { PATH = '' } = process.env;
  const child = spawn(file, args, { cwd, env: { PATH, ...env } });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  // Whoever does not read its input may have ended before it was written.
  child.stdin.on('error', () => undefined);
  if (!isOpen) child.stdin.end(input);
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, ...output })));
  return { child, said: () => output.stdout + output.stderr, ended };
}

/** One JSON document a line. */
export function jsonLines(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
