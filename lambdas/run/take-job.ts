import type { JobMessage } from '../aws/job-queue.ts';
import { changeJob, claimFirstRun, findJob } from '../aws/job-store.ts';
import type { Decision } from '../core/claim-decision.ts';
import type { JobRecord } from '../core/job-record.ts';
import { log } from '../edge/log.ts';
import type { Outcome } from '../edge/queue.ts';
import { announceNews } from './announce-news.ts';
import type { ClaimedJob } from './head-writer.ts';
import { noteFirstStart, noteTaken } from './note-change.ts';

/** A job that is the caller's to run, or what becomes of its message. */
export type Taken = ClaimedJob | { outcome: Outcome };

// Each lost race means that another writer got further; more than a few in a row mean that it is busy there.
const maxRaces = 5;

/**
 * Reads a message's job, has `decide` say what to do, and does it, until nobody was faster. What is still to be
 * announced is announced before the message is acknowledged, and before a run starts.
 */
export async function takeJob(
  message: JobMessage,
  decide: (record: JobRecord, now: number) => Decision,
): Promise<Taken> {
  for (let race = 0; race < maxRaces; race += 1) {
    const record = await findJob(message.job);
    if (record?.createdAtMs !== message.createdAtMs) {
      log.warn('message dropped: its job is gone', { job: message.job });
      return { outcome: 'done' };
    }
    const now = Date.now();
    const decision = decide(record, now);
    if (decision.act === 'wait') return { outcome: { againInSeconds: secondsUntil(decision.untilMs, now) } };
    const current = decision.act === 'write' ? await changeJob(record, decision.change, { insists: true }) : record;
    if (!current) continue;
    if (decision.act === 'write') noteTaken(record, current);
    const told = await tellNews(current);
    if (current.status === 'running') return { record: current, ...told };
    if ('untold' in told) throw told.untold;
    return { outcome: 'done' };
  }
  return { outcome: { againInSeconds: 1 } };
}

/** Claims the first run of a job without reading it; undefined where the job must be read. */
export async function takeFirstRun(
  { job, createdAtMs }: JobMessage,
  { now, leaseUntilMs }: { now: number; leaseUntilMs: number },
): Promise<Taken | undefined> {
  const record = await claimFirstRun(job, { createdAtMs, now, leaseUntilMs });
  if (!record) return undefined;
  noteFirstStart(record);
  return { record, ...(await tellNews(record)) };
}

/** A run need not wait until its job's events can be announced; but its message must come back. */
async function tellNews(record: JobRecord): Promise<{ untold?: unknown }> {
  try {
    await announceNews(record);
    return {};
  } catch (untold) {
    return { untold };
  }
}

/** Whole seconds, and never before the time has come. */
export const secondsUntil = (timeMs: number, now: number) => Math.max(1, Math.ceil((timeMs - now) / 1000));
