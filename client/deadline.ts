import { TimeoutError } from './errors.ts';

/** A signal that aborts with another one, or with a TimeoutError where too much time has gone by. */
export interface Deadline {
  signal: AbortSignal;
  /** Moves the end to `ms` from now. */
  extend(ms: number): void;
  /** The action is done: nothing is left behind on the signal, and no timer. */
  clear(): void;
}

/**
 * Starts the time of an action. (`AbortSignal.any` and `.timeout` would do the same, but keep what they hang on a
 * signal that outlives the action.)
 *
 * @param action what the TimeoutError says cannot be done
 */
export function startDeadline(action: string, timeoutMs: number, signal?: AbortSignal): Deadline {
  const control = new AbortController();
  const follow = () => control.abort(signal?.reason);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const extend = (ms: number) => {
    clearTimeout(timer);
    if (ms < longestTimerMs) timer = setTimeout(() => control.abort(new TimeoutError(action, ms)), ms);
  };
  if (signal?.aborted) follow();
  signal?.addEventListener('abort', follow, { once: true });
  extend(timeoutMs);
  return {
    signal: control.signal,
    extend,
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', follow);
    },
  };
}

/** Beyond it timers fire at once; it is 24 days. */
const longestTimerMs = 2 ** 31;
