import type { Context, SQSEvent } from 'aws-lambda';
import { parseMessage, setVisibility } from './aws/job-queue.ts';
import { flushStatistics } from './aws/type-statistics.ts';
import { decideClaim } from './core/claim-decision.ts';
import { logFieldsOf } from './core/log-fields.ts';
import { defaultLimits, type JobDefinition } from './define-job.ts';
import { log, withLogFields } from './edge/log.ts';
import { type Outcome, type QueueMessage, queue } from './edge/queue.ts';
import { executeRun, lastWordsMs, type Worker } from './run/execute-run.ts';
import { catchLateErrors } from './run/late-errors.ts';
import { type Taken, takeFirstRun, takeJob } from './run/take-job.ts';

/** A lease at the claim outlasts the function's call: nobody takes the job from a run that is alive. */
const leaseSpareMs = 2_000;

/** The handler of a job type's worker function: takes messages, claims their jobs, and runs them. */
export function workerFor(type: string, definition: JobDefinition) {
  const worker: Worker = { type, definition, limits: { ...defaultLimits, ...definition.limits } };
  const handle = queue((message, context) => runJob(worker, message, context), setVisibility);
  return async (event: SQSEvent, context: Context) => {
    // At each call: the runtime may have put its own listeners in place since.
    catchLateErrors();
    const answer = await handle(event, context);
    await flushStatistics();
    return answer;
  };
}

async function runJob(worker: Worker, message: QueueMessage, context: Context): Promise<Outcome> {
  const now = Date.now();
  const remainingMs = context.getRemainingTimeInMillis();
  // Earlier runs of the batch took all the time: better a fresh call than a run that is cut short.
  if (remainingMs < Math.max(lastWordsMs, worker.limits.timeoutSeconds * 1000)) return { againInSeconds: 0 };
  const parsed = await parseMessage(message.body);
  if (parsed?.type !== worker.type) {
    log.error('message refused: it is not signed by us for this queue');
    return { againInSeconds: 0 };
  }
  const callEndsAtMs = now + remainingMs;
  const lease = { now, leaseUntilMs: callEndsAtMs + leaseSpareMs };
  const taken: Taken =
    (message.receiveCount === 1 ? await takeFirstRun(parsed, lease) : undefined) ??
    (await takeJob(parsed, (record, at) => decideClaim(record, { ...lease, now: at })));
  if ('outcome' in taken) return taken.outcome;
  const keepMessage = (seconds: number) => setVisibility(message, seconds);
  const call = { callEndsAtMs, keepMessage, isLast: message.isLast };
  return withLogFields(logFieldsOf(taken.record), () => executeRun(taken, worker, call));
}
