import { availableParallelism, cpus } from 'node:os';

const windowMs = 100;
/** A window that began longer ago says little of now. */
const maxWindowMs = 500;
/** The share of the cores that this process and its kind may use before one more would only get in the way. */
const saturatedShare = 0.6;
/** The share of the cores that all programs together may use. */
const busyShare = 0.9;

/** Watches how busy the machine is, by this process or by others. Sampled when asked; until a window is full, it counts as busy. */
export function watchCpuLoad(): { isSaturated(): boolean } {
  let sampledAtMs = performance.now();
  let own = process.cpuUsage();
  let all = machineTimes();
  let isSaturated = false;
  return {
    isSaturated() {
      const elapsedMs = performance.now() - sampledAtMs;
      if (elapsedMs < windowMs) return isSaturated;
      const { user, system } = process.cpuUsage(own);
      const ownShare = (user + system) / 1000 / elapsedMs / availableParallelism();
      const now = machineTimes();
      const allShare = 1 - (now.idleMs - all.idleMs) / Math.max(1, now.totalMs - all.totalMs);
      isSaturated = elapsedMs > maxWindowMs || ownShare > saturatedShare || allShare > busyShare;
      sampledAtMs += elapsedMs;
      own = process.cpuUsage();
      all = now;
      return isSaturated;
    },
  };
}

function machineTimes(): { idleMs: number; totalMs: number } {
  let idleMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    idleMs += times.idle;
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idleMs, totalMs };
}
