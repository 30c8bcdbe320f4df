import type { ClientMessage } from '../../protocol/socket-messages.ts';
import { freeSubscriptions } from '../aws/connections.ts';
import type { JobRecord } from '../core/job-record.ts';
import { readTraceparent } from '../core/trace-context.ts';
import { admit } from '../edge/admit.ts';
import { acceptJob } from '../submit/accept-job.ts';
import { checkSubmission } from '../submit/check-submission.ts';
import { draftJob, type JobDraft } from '../submit/draft-job.ts';
import { submissionOf } from '../submit/submit-one.ts';
import { takeOneJob } from '../submit/take-rate.ts';
import { sweep } from './ended-subscriptions.ts';
import type { Call } from './message.ts';
import { followFrom, join, joiningWatcher, takePlace } from './subscribe.ts';
import { messageJob, tell } from './tell.ts';

type Submit = Extract<ClientMessage, { type: 'submit' }>;

/** `submit`: `accepted` before the job is queued, and its sender follows it from its first event on. */
export async function submit({ id, job: body, traceparent: given }: Submit, call: Call): Promise<void> {
  const { connection, nowMs } = call;
  const { principal } = connection;
  admit('submitJob', principal, { path: {}, nowMs });
  const traceparent = typeof given === 'string' ? readTraceparent(given) : undefined;
  const submission = submissionOf(body, { principal, headers: {}, traceparent, pointer: '/job' });
  await checkSubmission(submission, '/job');
  const rate = takeOneJob(principal, nowMs);
  const watchers = [joiningWatcher(connection.id, { id, nowMs, dialect: call.dialect })];
  const draft = await draftJob({ ...submission, watchers }, nowMs);
  const row = await takePlace({ id, job: draft.record.id }, call);
  try {
    await Promise.all([accept(draft, { id, call }), rate.counted]);
  } catch (thrown) {
    await freeSubscriptions(connection.id, [{ subscription: id, takenAtMs: nowMs }]);
    throw thrown;
  }
  await sweep(row);
}

/** Whatever becomes of telling its sender, a job that is stored is queued. */
async function accept(draft: JobDraft, { id, call }: { id: string; call: Call }): Promise<void> {
  let fault: unknown;
  const beforeSend = async (record: JobRecord) => {
    const told = tellAccepted(record, { id, call, isNew: record === draft.record });
    await told.catch((thrown: unknown) => {
      fault = thrown;
    });
  };
  await acceptJob(draft, { beforeSend });
  if (fault !== undefined) throw fault;
}

async function tellAccepted(
  record: JobRecord,
  { id, call, isNew }: { id: string; call: Call; isNew: boolean },
): Promise<void> {
  if (!(await tell(call.connection.id, { type: 'accepted', id, job: messageJob(record) }))) return;
  // A repeat finds the job of the first submit, which knows nothing of this watcher.
  const joined = isNew ? { record, watcher: record.watchers[0] } : await join(record.id, { id, call });
  await followFrom(joined.record, { id, watcher: joined.watcher, call, after: 0 });
}
