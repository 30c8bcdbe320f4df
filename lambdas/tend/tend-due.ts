import { type DueItem, findDue } from '../aws/due-items.ts';
import { advanceWatch, findWatchedMinute } from '../aws/minute-watch.ts';
import { inParallel } from '../core/in-parallel.ts';
import { log } from '../edge/log.ts';

const minuteMs = 60_000;
const parallelMinutes = 5;
/** After an outage: so many are done before that is noted. */
const minutesAtOnce = 60;
const parallelItems = 20;

interface Tending {
  /** Of what is due. */
  kind: string;
  nowMs: number;
  /** After an outage no minute is skipped that something may still be waiting in. */
  longestOutageMinutes: number;
}

/**
 * Does what came due of a kind, once a minute, from the minute on that the last call left off at, so that a missed call
 * loses nothing. What fails now stays due.
 */
export async function tendDue(
  { kind, nowMs, longestOutageMinutes }: Tending,
  tend: (item: DueItem) => Promise<void>,
): Promise<void> {
  const thisMinute = Math.floor(nowMs / minuteMs);
  const from = Math.max((await findWatchedMinute(kind)) ?? thisMinute - 1, thisMinute - longestOutageMinutes);
  for (let start = from; start <= thisMinute; start += minutesAtOnce) {
    const end = Math.min(start + minutesAtOnce - 1, thisMinute);
    const minutes = Array.from({ length: end - start + 1 }, (_, index) => start + index);
    let failures = 0;
    await inParallel(minutes, parallelMinutes, async (minute) => {
      const due = await findDue(kind, minute * minuteMs, nowMs);
      await inParallel(due, parallelItems, async (item) => {
        await tend(item).catch((error: unknown) => {
          failures += 1;
          log.error('due item not tended', { kind, item: item.pk, error });
        });
      });
    });
    if (failures > 0) return;
    await advanceWatch(kind, end);
  }
}
