import { Worker } from 'node:worker_threads';

/** A service that runs in a thread of its own, so that its work does not stand in the way of requests. */
export interface EngineThread {
  port: number;
  /** Has the thread make what the stack needs; resolves once it is there. */
  prepare(needs: unknown): Promise<void>;
  stop(): Promise<void>;
}

export type EngineReply =
  | { kind: 'listening'; port: number }
  | { kind: 'prepared' }
  | { kind: 'failed'; message: string };

/** Starts the thread in `file`. It holds the stack's state, so its end by any fault is told to `onFault`. */
export async function startEngineThread(file: URL, onFault: (error: Error) => void): Promise<EngineThread> {
  const worker = new Worker(file, { execArgv: [], env: {} });
  let isStopping = false;
  worker.on('error', (error) => {
    if (!isStopping) onFault(error instanceof Error ? error : new Error(String(error)));
  });
  const ended = Promise.withResolvers<never>();
  // Looked at only by whoever waits for a reply.
  ended.promise.catch(() => undefined);
  worker.once('exit', () => ended.reject(new Error(`Cannot use the engine ${file.pathname}: its thread has ended`)));
  const reply = () =>
    Promise.race([ended.promise, new Promise<EngineReply>((resolve) => worker.once('message', resolve))]);
  const started = await reply();
  if (started.kind !== 'listening')
    throw new Error(`Cannot start the engine ${file.pathname}: ${JSON.stringify(started)}`);
  return {
    port: started.port,
    async prepare(needs) {
      const answer = reply();
      worker.postMessage(needs);
      const prepared = await answer;
      if (prepared.kind === 'failed') throw new Error(prepared.message);
    },
    async stop() {
      isStopping = true;
      await worker.terminate();
    },
  };
}
