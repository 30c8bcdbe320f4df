import type { Job } from '../../protocol/types.ts';

/** What came in and what ended within one minute. */
export interface RateBucket {
  startMs: number;
  accepted: number;
  succeeded: number;
  /** Failed, canceled or timed out. */
  unsuccessful: number;
}

const minuteMs = 60_000;

type Timed = Pick<Job, 'createdAt' | 'finishedAt' | 'status'>;

/** Minute by minute, the newest last. Jobs from before the first minute are left out. */
export function ratesOf(jobs: readonly Timed[], { nowMs, minutes }: { nowMs: number; minutes: number }): RateBucket[] {
  const lastStartMs = Math.floor(nowMs / minuteMs) * minuteMs;
  const firstStartMs = lastStartMs - (minutes - 1) * minuteMs;
  const buckets = Array.from({ length: minutes }, (_, index) => ({
    startMs: firstStartMs + index * minuteMs,
    accepted: 0,
    succeeded: 0,
    unsuccessful: 0,
  }));
  const bucketAt = (time: string) => buckets[Math.floor((Date.parse(time) - firstStartMs) / minuteMs)];
  for (const { createdAt, finishedAt, status } of jobs) {
    const created = bucketAt(createdAt);
    if (created) created.accepted += 1;
    const ended = finishedAt === undefined ? undefined : bucketAt(finishedAt);
    if (!ended) continue;
    if (status === 'succeeded') ended.succeeded += 1;
    else ended.unsuccessful += 1;
  }
  return buckets;
}

/** How jobs of one type have done. */
export interface TypeSummary {
  type: string;
  waiting: number;
  running: number;
  succeeded: number;
  unsuccessful: number;
  /** Of those that have started and ended: the median of the time in between. */
  medianRunMs?: number;
  medianWaitMs?: number;
  /** Since when the oldest of the waiting ones waits. */
  waitingSince?: string;
}

/** The jobs, counted by type, in the order of `types`. */
export function typeSummaries(jobs: readonly Job[], types: readonly string[]): TypeSummary[] {
  return types.map((type) => {
    const own = jobs.filter((job) => job.type === type);
    const count = (wanted: (job: Job) => boolean) => own.filter(wanted).length;
    const succeeded = count(({ status }) => status === 'succeeded');
    const waitMs = median(own.flatMap(({ createdAt, startedAt }) => spanMs(createdAt, startedAt)));
    const waitingSince = own
      .filter(({ status }) => status === 'queued')
      .map(({ createdAt }) => createdAt)
      .toSorted()[0];
    const runMs = median(own.flatMap(({ startedAt, finishedAt }) => spanMs(startedAt, finishedAt)));
    return {
      type,
      waiting: count(({ status }) => status === 'queued'),
      running: count(({ status }) => status === 'running'),
      succeeded,
      unsuccessful: count(({ done }) => done) - succeeded,
      ...(waitMs !== undefined && { medianWaitMs: waitMs }),
      ...(runMs !== undefined && { medianRunMs: runMs }),
      ...(waitingSince !== undefined && { waitingSince }),
    };
  });
}

function spanMs(from: string | undefined, to: string | undefined): number[] {
  return from === undefined || to === undefined ? [] : [Math.max(0, Date.parse(to) - Date.parse(from))];
}

function median(values: number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Each job once; of one that is listed twice, what was read later, which comes last. */
export function mergeJobs(...lists: (readonly Job[])[]): Job[] {
  return [...new Map(lists.flat().map((job) => [job.id, job])).values()];
}
