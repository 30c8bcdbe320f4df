import { fork } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

interface SynthesisEvents {
  /** A cloud assembly is in `directory`: at the start, and after each save. */
  onSynthesized(directory: string): void;
  /** It cannot be synthesized as it is; the next save may mend it. */
  onFailed(message: string): void;
  /** The process is gone: nothing comes any more. */
  onEnded(message: string): void;
  onLine(line: string): void;
}

export interface Synthesis {
  stop(): void;
}

type Report = { type: 'synthesized'; directory: string } | { type: 'failed'; message: string };

/**
 * Has the stack synthesized in a process of its own, now and at each save. This is the local server's only wire to the
 * project: what that process leaves in its folder.
 */
export function startSynthesis(root: string, { onSynthesized, onFailed, onEnded, onLine }: SynthesisEvents): Synthesis {
  const child = fork(join(root, 'bin/synth-on-change.ts'), {
    cwd: root,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let isStopping = false;
  readLines(child.stdout, onLine);
  readLines(child.stderr, onLine);
  child.on('message', (report: Report) => {
    if (isStopping) return;
    if (report.type === 'synthesized') onSynthesized(report.directory);
    else onFailed(report.message);
  });
  child.on('exit', (code, signal) => {
    if (!isStopping)
      onEnded(`the synthesis has ended (${signal ?? `exit status ${code}`}): saves are not seen until the next start`);
  });
  return {
    stop() {
      isStopping = true;
      if (child.connected) child.disconnect();
    },
  };
}

function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream !== null) createInterface({ input: stream }).on('line', onLine);
}
