import { extendLease } from '../core/job-changes.ts';
import { log } from '../edge/log.ts';
import type { HeadWriter } from './head-writer.ts';

const firstBeatMs = 1_000;
const beatMs = 20_000;
const leaseMs = 60_000;
/** A cancel is told within 5 s: HEAD is read when it was last seen this long ago, and that is checked each second. */
const unseenMs = 3_500;
const lookMs = 1_000;
const leaseSpareMs = 2_000;
/** What the platform may take, after the call, to delete the messages of the jobs that are done. */
const deletionMs = 30_000;

interface Heart {
  writer: HeadWriter;
  /** When the function's call ends, in milliseconds since the epoch: no run outlives it. */
  callEndsAtMs: number;
  keepMessage(seconds: number): Promise<void>;
  /** HEAD belongs to another run, or is gone. */
  onLost(): void;
}

/** What keeps a run's lease and message. */
export interface Heartbeat {
  /** Ends it; done when no beat is under way: a late one must not undo what is decided of the message after the run. */
  stop(): Promise<void>;
  /**
   * For a job that is done while its batch goes on: its message stays in the queue until the call is over, and a beat has
   * left it a minute. Whoever received it then would tell the job's end again.
   */
  keepToEnd(): Promise<void>;
}

/** Until when a run that is alive at `now` holds its job: a minute, or to the end of its function's call. */
export function leaseUntil(now: number, callEndsAtMs: number): number {
  return Math.min(now + leaseMs, callEndsAtMs + leaseSpareMs);
}

/**
 * Keeps a run's lease and its message from the run's second second on, so that a dead run is known within a minute,
 * whatever its timeout; and looks at HEAD where no write has shown it for some seconds.
 */
export function startHeartbeat({ writer, callEndsAtMs, keepMessage, onLost }: Heart): Heartbeat {
  let stopped = false;
  let hasBeaten = false;
  let underWay: Promise<void> = Promise.resolve();

  async function beat(): Promise<void> {
    const until = leaseUntil(Date.now(), callEndsAtMs);
    const kept = await writer.write(async (record) => (stopped ? undefined : { change: extendLease(record, until) }));
    if (!kept) return onLost();
    if (stopped) return;
    hasBeaten = true;
    await keepMessage((until - Date.now()) / 1000);
  }

  async function look(): Promise<void> {
    if (stopped || Date.now() - writer.seenAtMs < unseenMs) return;
    if (!(await writer.look()) && !stopped) onLost();
  }

  // The next beat comes in time for the lease: one that failed costs nothing yet.
  const safely = (work: () => Promise<void>) => () => {
    const beating = work().catch((error: unknown) =>
      log.warn('heartbeat failed: the next one comes in time', { error }),
    );
    underWay = Promise.all([underWay, beating]).then(() => undefined);
  };
  const beats = setInterval(safely(beat), beatMs);
  const first = setTimeout(safely(beat), firstBeatMs);
  const looks = setInterval(safely(look), lookMs);

  return {
    stop() {
      stopped = true;
      clearTimeout(first);
      clearInterval(beats);
      clearInterval(looks);
      return underWay;
    },
    async keepToEnd() {
      if (!hasBeaten) return;
      await keepMessage((callEndsAtMs + deletionMs - Date.now()) / 1000).catch((error: unknown) =>
        log.warn('cannot keep the message of a job that is done: its end may be told again', { error }),
      );
    },
  };
}
