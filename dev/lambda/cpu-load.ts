import { availableParallelism } from 'node:os';

const windowMs = 100;
/** The share of this machine's cores from which another thread would only get in the way. */
const saturatedShare = 0.6;

/** Watches how busy this process, with all its threads, keeps the machine. Sampled when asked, over at least 100 ms. */
export function watchCpuLoad(): { isSaturated(): boolean } {
  let sampledAtMs = performance.now();
  let usage = process.cpuUsage();
  let share = 0;
  return {
    isSaturated() {
      const elapsedMs = performance.now() - sampledAtMs;
      if (elapsedMs >= windowMs) {
        const { user, system } = process.cpuUsage(usage);
        share = (user + system) / 1000 / elapsedMs / availableParallelism();
        sampledAtMs += elapsedMs;
        usage = process.cpuUsage();
      }
      return share > saturatedShare;
    },
  };
}
