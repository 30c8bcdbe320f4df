import type { JobRecord, Watcher } from './job-record.ts';

/**
 * How long a subscribe function may take to catch a watcher up; it gives up well before. A watcher that is still
 * joining after that has lost its function: whoever sees it ends the subscription and tells its client to subscribe
 * again with its cursor, so that it is never left in silence.
 */
export const joinTimeoutMs = 40_000;

/** The watchers whose subscribe function has died. */
export function lostJoins({ watchers }: Pick<JobRecord, 'watchers'>, nowMs: number): Watcher[] {
  return watchers.filter((watcher) => isLostJoin(watcher, nowMs));
}

/** True for a watcher whose subscribe function has died. */
export function isLostJoin({ state, joinedAtMs = 0 }: Watcher, nowMs: number): boolean {
  return state === 'joining' && nowMs - joinedAtMs > joinTimeoutMs;
}

/** A cursor as a client sends it, or undefined for what is none: it earns a reset. Nothing stands for the start. */
export function parseCursor(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return 0;
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
