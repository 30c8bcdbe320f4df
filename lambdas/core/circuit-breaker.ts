import { limits } from '../../protocol/limits.ts';

/** Failures in a row after which deliveries to an endpoint wait. */
export const failuresToOpen = 5;
/** An open breaker lets one probe through in so many milliseconds. */
export const probePauseMs = 60_000;
/** Of receivers that came with jobs there may be any number, and nobody can disable them: they are asked ever less often. */
export const longestProbePauseMs = 3_600_000;
const pauseOfFailingTime = 0.1;
/** Probes of one delivery that fail in a row before another has its turn: it may be one that its receiver cannot take. */
const probesInARow = 5;
const dayMs = 86_400_000;
/** An endpoint that has failed for so long is disabled. */
const giveUpMs = limits.webhookFailureDays * dayMs;
/** With nothing waiting and no failure for longer than the longest pause between two attempts, nobody asks any more. */
const forgetMs = 30 * 3_600_000;
/** The index of what waits may lag behind the table for a moment. */
const lagMs = 120_000;

/** How an endpoint has been doing. One that does well has none of these. */
export interface BreakerState {
  /** In a row. */
  failures: number;
  failingSinceMs?: number;
  lastFailureMs?: number;
  /** When a delivery was last made to wait. */
  parkedAtMs?: number;
  /** In a row. */
  failedProbes?: number;
}

/** True where deliveries must wait. */
export function isOpen({ failures }: Pick<BreakerState, 'failures'>): boolean {
  return failures >= failuresToOpen;
}

/** True where an endpoint has failed for so long that it is to be disabled. */
export function isBeyondHope({ failures, failingSinceMs }: BreakerState, now: number): boolean {
  return failures > 0 && failingSinceMs !== undefined && now - failingSinceMs >= giveUpMs;
}

/** What the minute rule does about a breaker: `rest` takes it off the rule's list. */
export type BreakerStep = 'probe' | 'drain' | 'give-up' | 'forget' | 'rest' | 'look-again';

/** The step that is due for a breaker, given whether a delivery waits behind it. */
export function decideBreaker(
  state: BreakerState,
  { hasWaiting, now }: { hasWaiting: boolean; now: number },
): BreakerStep {
  const { parkedAtMs = 0, lastFailureMs = 0 } = state;
  const isSettled = !hasWaiting && now - parkedAtMs > lagMs;
  if (!isOpen(state)) {
    if (hasWaiting) return 'drain';
    return isSettled ? 'rest' : 'look-again';
  }
  if (hasWaiting && isBeyondHope(state, now)) return 'give-up';
  if (hasWaiting) return 'probe';
  return isSettled && now - lastFailureMs > forgetMs ? 'forget' : 'look-again';
}

/** The delivery that is the next probe: the oldest one that waits and, after some failures, the next oldest, round and round. */
export function chooseProbe<Waiting>(
  oldestFirst: readonly Waiting[],
  { failedProbes = 0 }: BreakerState,
): Waiting | undefined {
  return oldestFirst[Math.floor(failedProbes / probesInARow) % oldestFirst.length];
}

/** The pause between two probes of receivers that came with jobs: a tenth of the time that they have been failing. */
export function originPauseMs({ failingSinceMs }: BreakerState, now: number): number {
  const grownMs = (now - (failingSinceMs ?? now)) * pauseOfFailingTime;
  return Math.min(longestProbePauseMs, Math.max(probePauseMs, grownMs));
}
