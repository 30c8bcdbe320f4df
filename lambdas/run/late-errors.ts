import { AsyncLocalStorage } from 'node:async_hooks';
import { log } from '../edge/log.ts';

/** A run, as far as what its handler left behind goes: timers and promises that nobody awaits. */
export interface RunScope {
  job: string;
  run: number;
  /** Takes an error that was thrown where nobody catches it; false once the run is over. */
  failLate(error: unknown): boolean;
}

const scopes = new AsyncLocalStorage<RunScope>();

/** Runs a handler so that whatever it leaves behind is known as its own. */
export function withinRun<Result>(scope: RunScope, work: () => Result): Result {
  return scopes.run(scope, work);
}

function onError(error: unknown): void {
  const scope = scopes.getStore();
  const { job, run } = scope ?? {};
  if (scope?.failLate(error)) log.warn('run failed where nobody catches', { job, run, error });
  else log.error('error after the end of its run', { job, run, error });
}

/**
 * Takes over what Node and Lambda's runtime do with an error that nobody catches. They would end the process, and with
 * it whichever run it is at by then: an innocent one, where the error comes from what an earlier run left behind.
 * Instead it fails the run that it comes from, known by its asynchronous context, or is logged where that run is over.
 */
export function catchLateErrors(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.removeAllListeners(event);
    process.on(event, onError);
  }
}
