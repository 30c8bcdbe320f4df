/** What one environment knows of a tenant's jobs in one window. */
export interface RateWindow {
  startSeconds: number;
  /** The shared counter, as last seen. */
  counted: number;
  /** Jobs taken here that the shared counter does not hold yet. */
  uncounted: number;
}

interface Take {
  wanted: number;
  /** Jobs that the tenant may submit in the window. */
  limit: number;
}

/** A shared count is drawn for so many jobs at a time: a hundredth of the limit, 20 at most. */
const chunkOf = (limit: number) => Math.min(20, Math.max(1, Math.floor(limit / 100)));

/**
 * Takes up to `wanted` jobs out of what is left. `draw` is what the shared counter is due to be told; it is told in
 * chunks, so that counting is not a write per job, and a tenant gets over its limit by a chunk for each environment.
 */
export function takeFromWindow(
  window: RateWindow,
  { wanted, limit }: Take,
): { window: RateWindow; granted: number; draw: number } {
  const granted = Math.min(wanted, left(window, limit));
  const uncounted = window.uncounted + granted;
  if (uncounted < chunkOf(limit)) return { window: { ...window, uncounted }, granted, draw: 0 };
  return { window: { ...window, counted: window.counted + uncounted, uncounted: 0 }, granted, draw: uncounted };
}

/** The jobs that a tenant may still submit in the window. */
export function left({ counted, uncounted }: RateWindow, limit: number): number {
  return Math.max(0, limit - counted - uncounted);
}
