import { setTimeout as pause } from 'node:timers/promises';
import type { TypeLimits } from '../../protocol/types.ts';
import { loadInput, saveOutput } from '../aws/job-payloads.ts';
import { changeJob } from '../aws/job-store.ts';
import { noteRun } from '../aws/type-statistics.ts';
import { applyChange, combineChanges, noteAnnounced } from '../core/job-changes.ts';
import { deadlineOf } from '../core/job-deadline.ts';
import type { JobRecord } from '../core/job-record.ts';
import { endRun, type StopReason } from '../core/run-end.ts';
import type { JobDefinition } from '../define-job.ts';
import { log } from '../edge/log.ts';
import type { Outcome } from '../edge/queue.ts';
import { executeHandler, type HandlerEnd, RunStopped } from './execute-handler.ts';
import { type ClaimedJob, type HeadWrite, type HeadWriter, openHeadWriter } from './head-writer.ts';
import { startHeartbeat } from './heartbeat.ts';
import { withinRun } from './late-errors.ts';
import { noteRunEnd } from './note-change.ts';
import { contextOf } from './run-context.ts';
import { openRunLog, type RunLog } from './run-log.ts';
import { secondsUntil } from './take-job.ts';

/** What a worker knows of its type. */
export interface Worker {
  type: string;
  definition: JobDefinition;
  limits: TypeLimits;
}

interface Call {
  /** When the function's call ends, in milliseconds since the epoch. */
  callEndsAtMs: number;
  /** Keeps the job's message away from others for so many seconds. */
  keepMessage(seconds: number): Promise<void>;
  /** True where the call ends with this run. */
  isLast: boolean;
}

const inputUnavailable = { code: 'input-unavailable', message: 'The input of the job could not be read' };

/** What a run has left, of the function's time, to write its last words. */
export const lastWordsMs = 2_500;

/** A run that is under way. */
interface Run {
  writer: HeadWriter;
  runLog: RunLog;
  stop: AbortController;
  /** What failed on our side while the handler ran: the run cannot be recorded as it went. */
  fault?: unknown;
}

/** Runs a claimed job and records how that ended; says what becomes of its message. */
export async function executeRun(claimed: ClaimedJob, worker: Worker, call: Call): Promise<Outcome> {
  const startedAtMs = Date.now();
  const run = openRun(claimed);
  const lose = () => run.stop.abort(new RunStopped('lost'));
  const heartbeat = startHeartbeat({ writer: run.writer, ...call, onLost: lose });
  const timer = stopInTime(run, { worker, call, startedAtMs });
  let end: HandlerEnd;
  try {
    end = await handle(run, worker);
  } finally {
    clearTimeout(timer);
    // A write that is under way may fail yet, and the end must not take the place of the parts in it.
    await Promise.all([run.runLog.close(), heartbeat.stop()]);
  }
  if ('text' in end) noteRun(worker.type, Date.now() - startedAtMs);
  if (run.fault !== undefined) throw run.fault;
  const outcome = await recordEnd(run, worker, end);
  if (outcome === 'done' && !call.isLast) await heartbeat.keepToEnd();
  return outcome;
}

function openRun(claimed: ClaimedJob): Run {
  const stop = new AbortController();
  const writer = openHeadWriter(claimed, ({ cancelRequestedAtMs }) => {
    if (cancelRequestedAtMs !== undefined) stop.abort(new RunStopped('canceled'));
  });
  // After a fault HEAD may show the parts that were under way, or not: nothing can be numbered after them any more.
  const take = async (record: JobRecord) => (run.fault === undefined ? runLog.take(record) : undefined);
  const runLog = openRunLog(async () => {
    try {
      if (!(await writer.write(take))) stop.abort(new RunStopped('lost'));
    } catch (error) {
      run.fault = error;
      stop.abort(new RunStopped('lost'));
    }
  });
  const run: Run = { writer, runLog, stop };
  return run;
}

/** Stops the run when its time, or its job's, is over. */
function stopInTime(
  { writer, stop }: Run,
  { worker, call, startedAtMs }: { worker: Worker; call: Call; startedAtMs: number },
): NodeJS.Timeout {
  const ofRun = Math.min(startedAtMs + worker.limits.timeoutSeconds * 1000, call.callEndsAtMs - lastWordsMs);
  const ofJob = deadlineOf(writer.record);
  const reason: StopReason = ofJob <= ofRun ? 'deadline' : 'timeout';
  return setTimeout(() => stop.abort(new RunStopped(reason)), Math.min(ofJob, ofRun) - startedAtMs);
}

/** Has the handler run in a scope of its own, by which an error is known that it throws where nobody catches it. */
async function handle({ writer, runLog, stop }: Run, { definition }: Worker): Promise<HandlerEnd> {
  const inputText = await loadInput(writer.record).catch((error: unknown) =>
    log.error('cannot load the input', { error }),
  );
  if (inputText === undefined) return { error: inputUnavailable, final: false };
  const late = Promise.withResolvers<never>();
  let isOver = false;
  const { id: job, run } = writer.record;
  const failLate = (error: unknown) => {
    late.reject(error);
    return !isOver;
  };
  try {
    return await withinRun({ job, run, failLate }, () =>
      executeHandler({
        definition,
        inputText,
        context: contextOf(writer.record, runLog, definition),
        signal: stop.signal,
        lateError: late.promise,
      }),
    );
  } finally {
    isOver = true;
    // Whatever the handler left behind is told that nobody waits for it.
    stop.abort(new RunStopped('lost'));
  }
}

/** Writes the run's end with the last parts, in one update, and announces it. */
async function recordEnd(run: Run, worker: Worker, end: HandlerEnd): Promise<Outcome> {
  if ('stopped' in end && end.stopped === 'lost') return lost();
  const { writer, runLog } = run;
  let gathered: HeadWrite | undefined;
  const write = async (current: JobRecord): Promise<HeadWrite> => {
    gathered ??= await runLog.take(current);
    const record = gathered ? applyChange(current, gathered.change) : current;
    const runEnd = 'text' in end ? { output: await saveOutput(record, end.text) } : end;
    const circumstances = { now: Date.now(), limits: worker.limits, random: Math.random() };
    const change = endRun(record, runEnd as Parameters<typeof endRun>[1], circumstances);
    return {
      ...gathered,
      change: gathered ? combineChanges(gathered.change, change) : change,
      ...('text' in end && { output: end.output }),
    };
  };
  let faults = 0;
  const head = await insist(
    // Refused where the job is lost, or where it may not run again because a cancel came in: a look tells.
    async () => (await writer.write(write)) ?? ((await writer.look()) ? await writer.write(write) : undefined),
    () => {
      faults += 1;
    },
  );
  // After a fault it may be this very end that HEAD shows: whoever gets the message next finds out, and tells of it.
  if (!head) return faults > 0 ? { againInSeconds: 1 } : lost();
  noteRunEnd(head);
  await writer.announced();
  if (head.status === 'queued') return again(head);
  // Another message of the job is on its way: it must find nothing left to tell.
  if (head.resentAtMs !== undefined) await noteTold(head);
  return 'done';
}

const maxAttempts = 5;

/** Does `work`, and does it again where the table does not answer: the end of a run is worth some seconds. */
async function insist<Result>(work: () => Promise<Result>, onFault: () => void): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === maxAttempts) throw error;
      log.warn('cannot record the end of the run: trying again', { error });
      onFault();
      await pause(200 * 2 ** attempt);
    }
  }
}

/** The job is another run's. Its message is that run's too, or comes back by itself. */
function lost(): Outcome {
  log.warn('run lost its job: another run holds it');
  return {};
}

/** The message comes back when the next run is due, or in time for the job's end. */
async function again(head: JobRecord): Promise<Outcome> {
  await noteTold(head);
  return { againInSeconds: secondsUntil(Math.min(head.notBeforeMs ?? 0, deadlineOf(head)), Date.now()) };
}

/** Notes what has been told, since whoever next gets a message of the job would tell it again: to watchers, twice. */
async function noteTold(head: JobRecord): Promise<void> {
  if (head.watchers.some(({ state }) => state === 'live')) await changeJob(head, noteAnnounced(head, head.seq));
}
