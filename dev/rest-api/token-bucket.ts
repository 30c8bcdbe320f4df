/** Throttle settings of a stage: how many a second in the long run, and how many at once. */
export interface Throttle {
  rate: number;
  burst: number;
}

/**
 * A token bucket ("Throttle requests to your REST APIs"): the function that it returns says whether one more request
 * may pass now, and takes its token.
 */
export function tokenBucket({ rate, burst }: Throttle, now: () => number): () => boolean {
  let tokens = burst;
  let filledAtMs = now();
  return () => {
    const nowMs = now();
    tokens = Math.min(burst, tokens + ((nowMs - filledAtMs) / 1000) * rate);
    filledAtMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
