import { isDone, isEnd } from '../../protocol/lifecycle.ts';
import { limits } from '../../protocol/limits.ts';
import { sseHeartbeat } from '../../protocol/sse.ts';
import type { Job, JobEvent } from '../../protocol/types.ts';
import { type OpenLog, presentEntries, tailLog } from '../aws/job-tail.ts';
import { presentJob } from '../core/job-view.ts';
import type { HttpRequest } from '../edge/http.ts';
import { env } from '../env.ts';

/** What is left of the call's time once a stream must be over. */
const spareMs = 3_000;

/** The headers of every stream of Server-Sent Events. */
export const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  // A proxy that collects an answer, or packs it, would hold the events back.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  vary: 'Accept, Authorization, Last-Event-ID, Prefer',
};

/** How a stream says what it has to say. `time` is now, as events have it. */
export interface StreamWords {
  begin: string;
  event(event: JobEvent): string;
  /** The client's cursor is none of the log, which follows from its start. */
  reset(job: Job, time: string): string;
  /** The stream ends before the job does; `seq` is the last event that it told. */
  cut?(seq: number, time: string): string;
}

/**
 * Tells a log as Server-Sent Events. The stream ends by itself, between two events, since the platform does not tell a
 * function that its client left; the client resumes at once. The end of the credential ends it too.
 */
export async function* tellLog(
  log: OpenLog,
  { principal, remainingMs, gone }: Pick<HttpRequest, 'principal' | 'remainingMs'> & { gone: AbortSignal },
  words: StreamWords,
): AsyncGenerator<string> {
  const restUrl = env('REST_URL');
  const streamMs = Math.min(Number(env('STREAM_SECONDS')) * 1000, remainingMs() - spareMs);
  const untilMs = Math.min(Date.now() + streamMs, (principal.expiresAtSeconds ?? Number.POSITIVE_INFINITY) * 1000);
  let silentSinceMs = Date.now();
  let cursor = log.after;
  let hasEnded = false;
  yield words.begin;
  if (log.reset) yield words.reset(presentJob(log.first.record, { restUrl }), now());
  reads: for await (const { record, entries, complete } of tailLog(log, { untilMs, signal: gone })) {
    for (const event of await presentEntries(record, entries, { restUrl })) {
      yield words.event(event);
      cursor = event.seq;
      hasEnded = isEnd(event.type);
      if (Date.now() >= untilMs) break reads;
    }
    hasEnded = complete && isDone(record.status);
    if (entries.length > 0) silentSinceMs = Date.now();
    if (Date.now() - silentSinceMs < limits.sseHeartbeatSeconds * 1000) continue;
    yield sseHeartbeat;
    silentSinceMs = Date.now();
  }
  if (!hasEnded && words.cut) yield words.cut(cursor, now());
}

const now = () => new Date().toISOString();
