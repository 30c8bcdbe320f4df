import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const blockTimeoutMs = 120_000;

/** One terminal: what a block assigns is there for the next. */
export interface ShellSession {
  /** Runs a block to its end and resolves with what it printed; rejects where its exit code is not 0. */
  run(script: string): Promise<string>;
  /** Starts a block that goes on, and resolves once it has printed `ready`. */
  stay(script: string, ready: string): Promise<string>;
  close(): Promise<void>;
}

interface ShellOptions {
  folder: string;
  /** Beside what a user's own terminal has. */
  env: Record<string, string>;
}

/** A terminal in `folder`, with the Node that the machine has: what a user would type must need no other. */
export function openShell({ folder, env }: ShellOptions): ShellSession {
  const variables = join(folder, `.session-${process.pid}-${Math.random().toString(36).slice(2)}`);
  const staying: ChildProcess[] = [];

  function start(script: string): ChildProcess {
    const before = `set -eu; if [ -f '${variables}' ]; then . '${variables}'; fi; set -a\n`;
    const after = `\nset +a; export -p > '${variables}'\n`;
    const options = { cwd: folder, env: { ...userEnvironment(), ...env }, detached: true } as const;
    return spawn('bash', ['-c', before + script + after], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  return {
    async run(script) {
      const child = start(script);
      const output = collect(child);
      const timer = setTimeout(() => kill(child), blockTimeoutMs);
      const { promise, resolve } = Promise.withResolvers<string>();
      child.once('exit', (code, signal) => resolve(String(signal ?? code)));
      const end = await promise;
      clearTimeout(timer);
      if (end === '0') return output();
      throw new Error(
        `Cannot go on after\n${script}\nit ended with ${end}, it must end with 0, and printed\n${output()}`,
      );
    },

    async stay(script, ready) {
      const child = start(script);
      staying.push(child);
      const output = collect(child);
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const look = () => output().includes(ready) && resolve(output());
      child.stdout?.on('data', look);
      child.stderr?.on('data', look);
      const fail = (why: string) =>
        reject(new Error(`Cannot go on beside\n${script}\nit ${why}, it must print "${ready}"\n${output()}`));
      const timer = setTimeout(() => fail('says nothing of the kind'), blockTimeoutMs);
      child.once('exit', (code) => fail(`ended with ${code}`));
      return promise.finally(() => clearTimeout(timer));
    },

    async close() {
      await Promise.all(staying.map(end));
      if (existsSync(variables)) rmSync(variables);
    },
  };
}

/** Without what npm and vitest put there. */
function userEnvironment(): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? '').split(delimiter).filter((part) => !/node_modules|node-gyp-bin/.test(part));
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VITEST|NODE_|JOBWIRE_|TEST$|DEV$|PROD$|MODE$)/.test(name),
  );
  return { ...Object.fromEntries(own), PATH: path.join(delimiter), NO_COLOR: '1' };
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let output = '';
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return () => output;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('exit', () => resolve());
  kill(child, 'SIGTERM');
  const killer = setTimeout(() => kill(child), 3_000);
  await promise;
  clearTimeout(killer);
}

/** The block and all that it started. */
function kill({ pid }: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has just ended by itself.
  }
}
