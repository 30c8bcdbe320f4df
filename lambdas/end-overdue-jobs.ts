import { jobDueKind } from './aws/job-item.ts';
import { findJob } from './aws/job-store.ts';
import { parseHeadKey } from './aws/keys.ts';
import { mustExpire } from './core/job-deadline.ts';
import { schedule } from './edge/schedule.ts';
import { settleJob } from './read/settle-job.ts';
import { tendDue } from './tend/tend-due.ts';

/** An outage of a week leaves no deadline untold; later, whoever gets the job's message or reads it ends it. */
const longestOutageMinutes = 7 * 1440;

/**
 * Once a minute: ends the jobs whose deadline has passed while no run had them, so that their followers hear of it
 * however long the queue is. A run that is alive has ended its own by then.
 */
export const handler = schedule(async () => {
  const nowMs = Date.now();
  await tendDue({ kind: jobDueKind, nowMs, longestOutageMinutes }, async (item) => {
    const record = await findJob(parseHeadKey(item));
    if (!record || !mustExpire(record, nowMs)) return;
    const settled = await settleJob(record, nowMs);
    if (mustExpire(settled, nowMs))
      throw new Error(`Cannot end the job ${record.id}: its last event is still being told, it stays due`);
  });
});
