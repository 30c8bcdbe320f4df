/** How long the runs of a type last, newer ones counting more. */
export interface RunStatistics {
  meanMs: number;
  atMs: number;
}

/** Runs that one environment has seen since it last told of them. */
export interface RunSamples {
  count: number;
  totalMs: number;
}

/** Each run takes a tenth of the old mean's weight; a mean that is a day old has none left. */
const weightOfOne = 0.1;
const forgottenAfterMs = 86_400_000;

/** The statistics with `samples` in them. */
export function addSamples(
  known: RunStatistics | undefined,
  { count, totalMs }: RunSamples,
  nowMs: number,
): RunStatistics {
  const sampled = totalMs / count;
  if (!known || nowMs - known.atMs > forgottenAfterMs) return { meanMs: sampled, atMs: nowMs };
  const weight = 1 - (1 - weightOfOne) ** count;
  return { meanMs: known.meanMs * (1 - weight) + sampled * weight, atMs: nowMs };
}
