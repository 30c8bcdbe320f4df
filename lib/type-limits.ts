import { limits as bounds } from '../protocol/limits.ts';
import type { TypeLimits } from '../protocol/types.ts';

/** What Lambda allows one call to take. */
const maxFunctionSeconds = 900;
/** What a worker has left to write its last words when every run of its batch took all of its time. */
const spareSeconds = 5;

const ranges: Record<keyof TypeLimits, readonly [min: number, max: number]> = {
  timeoutSeconds: [1, maxFunctionSeconds - spareSeconds],
  memoryMb: [128, 10_240],
  maxRuns: [1, bounds.maxRuns],
  // SQS event sources take no maximum concurrency below 2.
  concurrency: [2, 1000],
  batch: [1, 10],
  backoffSeconds: [1, 900],
  maxBackoffSeconds: [1, 43_200],
  retentionDays: [1, 365],
};

/** A queue keeps a message for a week; one day of it is left for waiting. */
const maxLifeDays = 6;
/** Chance makes a pause longer by up to a tenth. */
const longestJitter = 1.1;

interface Declared {
  /** The job file, for messages. */
  path: string;
  ordered: boolean;
  defaults: TypeLimits;
}

/** The limits of a job type: what its file declares (`unknown`, for it may be anything) over the defaults. Throws on the first fault. */
export function parseTypeLimits(declared: unknown, { path, ordered, defaults }: Declared): TypeLimits {
  const own = parseObject(declared, path);
  // A FIFO queue hands out one message of a group at a time, so a batch would only hold others up.
  const limits: TypeLimits = { ...defaults, ...(ordered && { batch: 1 }), ...own };
  for (const [name, [min, max]] of Object.entries(ranges)) {
    const value = limits[name as keyof TypeLimits];
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new Error(
        `Cannot use limits.${name} ${JSON.stringify(value)} in ${path}: it must be a whole number from ${min} to ${max}`,
      );
    }
  }
  checkTogether(limits, { path, ordered });
  return limits;
}

/** The timeout of a type's worker function, in seconds. */
export function workerSeconds({ batch, timeoutSeconds }: TypeLimits): number {
  return batch * timeoutSeconds + spareSeconds;
}

/** What all runs of a job and the pauses between them take at the longest. */
function lifeSeconds({ maxRuns, timeoutSeconds, backoffSeconds, maxBackoffSeconds }: TypeLimits): number {
  const pauses = Array.from({ length: maxRuns - 1 }, (_, run) =>
    Math.min(maxBackoffSeconds, backoffSeconds * 2 ** run),
  );
  return maxRuns * timeoutSeconds + longestJitter * pauses.reduce((sum, seconds) => sum + seconds, 0);
}

function parseObject(declared: unknown, path: string): Partial<TypeLimits> {
  if (declared === undefined) return {};
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) {
    throw new Error(`Cannot read the limits of ${path}: they must be an object such as { timeoutSeconds: 60 }`);
  }
  for (const name of Object.keys(declared)) {
    if (name in ranges) continue;
    throw new Error(
      `Cannot use limits.${name} in ${path}: there is no such limit, it must be one of ${Object.keys(ranges).join(', ')}`,
    );
  }
  return Object.fromEntries(Object.entries(declared).filter(([, value]) => value !== undefined));
}

function checkTogether(limits: TypeLimits, { path, ordered }: { path: string; ordered: boolean }): void {
  const { batch, timeoutSeconds, maxRuns, backoffSeconds, maxBackoffSeconds } = limits;
  if (workerSeconds(limits) > maxFunctionSeconds) {
    const fitting = Math.max(1, Math.floor((maxFunctionSeconds - spareSeconds) / timeoutSeconds));
    throw new Error(
      `Cannot give ${path} a batch of ${batch} with timeoutSeconds ${timeoutSeconds}: batch x timeoutSeconds + ${spareSeconds} must be at most ${maxFunctionSeconds}, write limits.batch ${fitting}`,
    );
  }
  if (backoffSeconds > maxBackoffSeconds) {
    throw new Error(
      `Cannot use limits.backoffSeconds ${backoffSeconds} in ${path}: it must be at most limits.maxBackoffSeconds ${maxBackoffSeconds}`,
    );
  }
  const days = lifeSeconds(limits) / 86_400;
  if (days > maxLifeDays) {
    throw new Error(
      `Cannot give ${path} ${maxRuns} runs with maxBackoffSeconds ${maxBackoffSeconds}: with the pauses between them they may take ${days.toFixed(1)} days, it must be at most ${maxLifeDays}, write a smaller limits.maxRuns or limits.maxBackoffSeconds`,
    );
  }
  if (ordered && batch !== 1) {
    throw new Error(
      `Cannot use limits.batch ${batch} in ${path}: an ordered type runs one by one, write 1 or leave it out`,
    );
  }
}
