const firstPauseMs = 250;
const longestPauseMs = 8_000;

/** A pause before the repeat number `repeat` (0, 1 ...): doubling, and never the same for two clients. */
export function backoffMs(repeat: number, random: () => number = Math.random): number {
  const ceilingMs = Math.min(longestPauseMs, firstPauseMs * 2 ** repeat);
  return ceilingMs * (0.5 + random() / 2);
}
