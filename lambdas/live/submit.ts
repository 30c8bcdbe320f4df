import type { ClientMessage } from '../../protocol/socket-messages.ts';
import { freeSubscriptions } from '../aws/connections.ts';
import { removeWatcher } from '../aws/job-watchers.ts';
import type { Watcher } from '../core/job-record.ts';
import { readTraceparent } from '../core/trace-context.ts';
import { admit } from '../edge/admit.ts';
import { acceptJob, type StoredJob } from '../submit/accept-job.ts';
import { checkSubmission } from '../submit/check-submission.ts';
import { draftJob } from '../submit/draft-job.ts';
import { submissionOf } from '../submit/submit-one.ts';
import { takeOneJob } from '../submit/take-rate.ts';
import { sweep } from './ended-subscriptions.ts';
import type { Call } from './message.ts';
import { followFrom, join, joiningWatcher, takePlace } from './subscribe.ts';
import { messageJob, tell } from './tell.ts';

type Submit = Extract<ClientMessage, { type: 'submit' }>;

/** `submit`: `accepted` once the job is queued, and its sender follows it from its first event on. */
export async function submit({ id, job: body, traceparent: given }: Submit, call: Call): Promise<void> {
  const { connection, nowMs } = call;
  const { principal } = connection;
  admit('submitJob', principal, { path: {}, nowMs });
  const traceparent = typeof given === 'string' ? readTraceparent(given) : undefined;
  const submission = submissionOf(body, { principal, headers: {}, traceparent, pointer: '/job' });
  await checkSubmission(submission, '/job');
  const rate = takeOneJob(principal, nowMs);
  const watcher = joiningWatcher(connection.id, { id, nowMs, dialect: call.dialect });
  const draft = await draftJob({ ...submission, watchers: [watcher] }, nowMs);
  const row = await takePlace({ id, job: draft.record.id }, call);
  try {
    const [stored] = await Promise.all([acceptJob(draft), rate.counted]);
    await tellAccepted(stored, { id, call, watcher });
  } catch (thrown) {
    // The watcher first: whoever takes the id next must hear nothing of this job.
    await removeWatcher(draft.record.id, watcher);
    await freeSubscriptions(connection.id, [{ subscription: id, takenAtMs: nowMs }]);
    throw thrown;
  }
  await sweep(row);
}

/** The job may be running by now: nothing is pushed to a watcher that is joining, the catch-up tells it all. */
async function tellAccepted(
  { record, replayed }: StoredJob,
  { id, call, watcher }: { id: string; call: Call; watcher: Watcher },
): Promise<void> {
  const isThere = await tell(call.connection.id, { type: 'accepted', id, job: messageJob(record) });
  if (!isThere) return void (await removeWatcher(record.id, watcher));
  // A repeat finds the job of the first submit, which knows nothing of this watcher.
  const joined = replayed ? await join(record.id, { id, call }) : { record, watcher };
  await followFrom(joined.record, { id, watcher: joined.watcher, call, after: 0 });
}
