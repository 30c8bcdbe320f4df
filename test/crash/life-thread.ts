// One life of a function: a thread that loads its bundle and answers calls until it is killed. Its clock is the test's.
import { createRequire, enableCompileCache, flushCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { LifeCall, LifeData } from './life.ts';

const { bundle, offsets }: LifeData = workerData;
const clock = new Float64Array(offsets);
const RealDate = Date;

class ShiftedDate extends RealDate {
  constructor(...parts: [] | [number | string | Date]) {
    super(parts.length === 0 ? ShiftedDate.now() : parts[0]);
  }

  static override now(): number {
    return RealDate.now() + (clock[0] ?? 0);
  }
}

globalThis.Date = ShiftedDate as DateConstructor;

// Hundreds of lives load the same few bundles.
enableCompileCache(join(dirname(bundle), '../compile-cache'));
const { handler } = createRequire(bundle)(bundle);
flushCompileCache();

parentPort?.on('message', async ({ id, event, remainingMs }: LifeCall) => {
  const endsAtMs = Date.now() + remainingMs;
  const context = { awsRequestId: `request-${id}`, getRemainingTimeInMillis: () => endsAtMs - Date.now() };
  parentPort?.postMessage({ id, answer: await handler(event, context) });
});
