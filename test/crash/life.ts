import { Worker } from 'node:worker_threads';

/** What a life is given at its birth. */
export interface LifeData {
  /** The file of the function's bundle. */
  bundle: string;
  /** Shared memory with one double: by how many milliseconds its clock is ahead. */
  offsets: SharedArrayBuffer;
}

export interface LifeCall {
  id: number;
  event: unknown;
  remainingMs: number;
}

/** What a call came to: the handler's answer, or death. */
export type LifeEnd = { answer: unknown } | { died: true };

/** A function's environment, which can be killed at any moment. */
export interface Life {
  call(event: unknown, remainingMs: number): Promise<LifeEnd>;
  kill(): Promise<void>;
}

export function startLife(data: LifeData, env: Record<string, string>): Life {
  const thread = new Worker(new URL('./life-thread.ts', import.meta.url), {
    workerData: data,
    env,
    // Its log is of no interest here.
    stdout: true,
  });
  if (process.env.SHOW_LOG) thread.stdout.pipe(process.stderr);
  else thread.stdout.resume();
  if (process.env.SHOW_LOG) thread.on('error', console.error);
  let calls = 0;
  const ended = new Promise<LifeEnd>((resolve) => {
    thread.once('error', () => resolve({ died: true }));
    thread.once('exit', () => resolve({ died: true }));
  });
  return {
    call(event, remainingMs) {
      const id = calls++;
      const answered = new Promise<LifeEnd>((resolve) => {
        const onMessage = (reply: { id: number; answer: unknown }) => {
          if (reply.id !== id) return;
          thread.off('message', onMessage);
          resolve({ answer: reply.answer });
        };
        thread.on('message', onMessage);
      });
      thread.postMessage({ id, event, remainingMs } satisfies LifeCall);
      return Promise.race([answered, ended]);
    },
    async kill() {
      await thread.terminate();
    },
  };
}
