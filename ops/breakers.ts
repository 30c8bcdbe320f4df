import { breakerDueKind, breakerOf, findBreaker } from '../lambdas/aws/breakers.ts';
import { findDue } from '../lambdas/aws/due-items.ts';
import { findWatchedMinute } from '../lambdas/aws/minute-watch.ts';
import { isOpen, longestProbePauseMs } from '../lambdas/core/circuit-breaker.ts';
import { inParallel } from '../lambdas/core/in-parallel.ts';
import { countWaiting } from './count-entries.ts';

/** Receivers that do not do well: their breaker is open, or deliveries still wait behind it. */
export interface TroubledReceiver {
  /** An endpoint's id, or `origin_...` for the webhooks given with jobs of one tenant to one origin. */
  receiver: string;
  isOpen: boolean;
  failuresInARow: number;
  failingSince?: string;
  waitingDeliveries: number;
}

const minuteMs = 60_000;
/** The minute rule puts each off by so much at the most; where it stands still, they stay where it left off. */
const minutesAhead = longestProbePauseMs / minuteMs + 1;
const longestOutageMinutes = 60;
const parallelMinutes = 3;

/** How a receiver does; undefined where there is nothing to tell. */
export async function findTrouble(receiver: string): Promise<TroubledReceiver | undefined> {
  const [breaker, waitingDeliveries] = await Promise.all([findBreaker(receiver), countWaiting(receiver)]);
  const { failures = 0, failingSinceMs } = breaker ?? {};
  if (failures === 0 && waitingDeliveries === 0) return undefined;
  return {
    receiver,
    isOpen: isOpen({ failures }),
    failuresInARow: failures,
    ...(failingSinceMs !== undefined && { failingSince: new Date(failingSinceMs).toISOString() }),
    waitingDeliveries,
  };
}

/** Every receiver that the minute rule looks after. */
export async function listTroubles(): Promise<TroubledReceiver[]> {
  const thisMinute = Math.floor(Date.now() / minuteMs);
  const watched = (await findWatchedMinute(breakerDueKind)) ?? thisMinute;
  const from = Math.max(Math.min(watched, thisMinute - 1), thisMinute - longestOutageMinutes);
  const minutes = Array.from({ length: thisMinute + minutesAhead - from + 1 }, (_, index) => from + index);
  const ids = new Set<string>();
  await inParallel(minutes, parallelMinutes, async (minute) => {
    const due = await findDue(breakerDueKind, minute * minuteMs, (minute + 1) * minuteMs);
    for (const item of due) ids.add(breakerOf(item));
  });
  const troubles = await Promise.all([...ids].map(findTrouble));
  return troubles.filter((trouble) => trouble !== undefined);
}
