import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

const stopTimeoutMs = 10_000;

/** A process and all that it starts, which stop together. */
export interface ProcessGroup {
  /** Everything that it has printed so far. */
  output(): string;
  /** Its exit code; undefined where a signal has ended it. */
  ended: Promise<number | undefined>;
  /** Resolves once not one process of the group is there any more. */
  stop(): Promise<void>;
}

interface StartOptions {
  cwd: string;
  env: Record<string, string | undefined>;
}

/** Starts `command` as the first process of a group of its own. */
export function startGroup(command: string, args: string[], { cwd, env }: StartOptions): ProcessGroup {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('close', (code) => resolve(code ?? undefined));
    child.once('error', ({ message }) => {
      output += message;
      resolve(undefined);
    });
  });

  async function stop(): Promise<void> {
    if (child.pid === undefined) return;
    const endMs = performance.now() + stopTimeoutMs;
    for (let signal: NodeJS.Signals = 'SIGTERM'; send(child.pid, signal); await pause(50)) {
      if (performance.now() > endMs) signal = 'SIGKILL';
    }
  }

  return { output: () => output, ended, stop };
}

/** Sends a signal to every process of a group; false where there is none. */
function send(group: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false;
  }
}
