import { backoffMs } from './backoff.ts';
import { isApiError } from './errors.ts';
import type { ChannelName } from './types.ts';

/** A channel that failed where a lesser one got through is not tried again for so long. */
const blockedMs = 5 * 60_000;
/** An opening that lasted less than this and told nothing is a bad sign. */
const shortMs = 1_000;
/** So many bad signs in a row, and the channel counts as failed. */
const mostBadSigns = 3;
const longestRetryAfterMs = 60_000;

/** Until when each channel counts as blocked: known to all that follow jobs with one client. */
export type Blocked = Map<ChannelName, number>;

/** What comes next: a channel, at once or after a pause; or nothing any more, since nothing has got through for too long. */
export type Choice = { name: ChannelName; pauseMs: number } | { failure: unknown };

/** Chooses the channel that a job is followed by, out of what has happened so far. */
export interface ChannelChoice {
  next(nowMs: number): Choice;
  /** The channel that was chosen gets through: until it ends, as far as anybody can tell. */
  opened(nowMs: number): void;
  /** It has told an event. */
  told(): void;
  /** It has ended: by plan, or with the error that cut it off. */
  ended(nowMs: number, error?: unknown): void;
}

/**
 * Makes a choice for one job.
 *
 * The best channel that has not failed is taken. Where one fails and a lesser one then gets through, it is the channel
 * that is blocked. Where all of them fail, it is the network that is away: after a pause all are tried again.
 */
export function createChannelChoice(
  names: readonly ChannelName[],
  { blocked, giveUpAfterMs }: { blocked: Blocked; giveUpAfterMs: number },
): ChannelChoice {
  const failed = new Map<ChannelName, { isBlocked: boolean }>();
  let name: ChannelName | undefined;
  let startedAtMs = 0;
  let isOpen = false;
  let hasTold = false;
  let badSigns = 0;
  let rounds = 0;
  let pauseMs = 0;
  let lastSignMs: number | undefined;
  let failure: unknown;

  const isFree = (each: ChannelName, nowMs: number) => (blocked.get(each) ?? 0) <= nowMs;

  return {
    next(nowMs) {
      lastSignMs ??= nowMs;
      const left = names.filter((each) => !failed.has(each));
      name = left.find((each) => isFree(each, nowMs)) ?? left[0];
      if (name === undefined) {
        if (nowMs - lastSignMs >= giveUpAfterMs) return { failure };
        failed.clear();
        name = names.find((each) => isFree(each, nowMs)) ?? names[0];
        pauseMs = Math.max(pauseMs, backoffMs(rounds++));
      }
      if (name === undefined) throw new Error('Cannot follow a job over no channel: channels must name at least one');
      const choice = { name, pauseMs };
      startedAtMs = nowMs + pauseMs;
      isOpen = false;
      hasTold = false;
      pauseMs = 0;
      return choice;
    },
    opened(nowMs) {
      lastSignMs = nowMs;
      isOpen = true;
      rounds = 0;
      for (const [each, { isBlocked }] of failed) {
        if (!isBlocked) continue;
        blocked.set(each, nowMs + blockedMs);
        failed.delete(each);
      }
      if (name) blocked.delete(name);
    },
    told() {
      hasTold = true;
      badSigns = 0;
    },
    ended(nowMs, error) {
      failure = error ?? failure;
      pauseMs = Math.min(longestRetryAfterMs, isApiError(error) ? (error.retryAfterMs ?? 0) : 0);
      if (isOpen) lastSignMs = nowMs;
      const isLong = nowMs - startedAtMs >= shortMs;
      if (hasTold || (isOpen && isLong && error === undefined)) return;
      badSigns += 1;
      // What ends by plan before it is open, such as a connection whose token has run out, says nothing of the way.
      if ((isOpen || error === undefined) && badSigns < mostBadSigns) {
        pauseMs = Math.max(pauseMs, backoffMs(badSigns - 1));
        return;
      }
      badSigns = 0;
      // What the service itself refuses (a watcher too many) says nothing of the way to it.
      if (name) failed.set(name, { isBlocked: !isApiError(error) || error.code === undefined });
    },
  };
}
