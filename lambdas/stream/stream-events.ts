import { isDone } from '../../protocol/lifecycle.ts';
import { limits } from '../../protocol/limits.ts';
import { sseControl, sseEvent, sseHeartbeat, sseRetry } from '../../protocol/sse.ts';
import { type OpenLog, presentEntries, tailLog } from '../aws/job-tail.ts';
import { presentJob } from '../core/job-view.ts';
import type { HttpRequest, HttpResponse } from '../edge/http.ts';
import type { StreamedResponse } from '../edge/stream.ts';
import { env } from '../env.ts';

/** What is left of the call's time once a stream must be over. */
const spareMs = 3_000;

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  // A proxy that collects an answer, or packs it, would hold the events back.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
  vary: 'Accept, Authorization, Last-Event-ID, Prefer',
};

type StreamRequest = HttpRequest & { gone: AbortSignal };

/** The log after a cursor as Server-Sent Events; 204, which stops an EventSource, where the cursor is its end. */
export function streamEvents(log: OpenLog, request: StreamRequest): HttpResponse | StreamedResponse {
  const { record } = log.first;
  if (isDone(record.status) && log.after === record.seq && !log.reset) return { status: 204 };
  return { status: 200, headers, chunks: tell(log, request) };
}

/**
 * The stream ends by itself, between two events, since the platform does not tell a function that its client left; the
 * client resumes at once. The end of the credential ends it too.
 */
async function* tell(log: OpenLog, { principal, remainingMs, gone }: StreamRequest): AsyncGenerator<string> {
  const restUrl = env('REST_URL');
  const streamMs = Math.min(Number(env('STREAM_SECONDS')) * 1000, remainingMs() - spareMs);
  const untilMs = Math.min(Date.now() + streamMs, (principal.expiresAtSeconds ?? Number.POSITIVE_INFINITY) * 1000);
  let silentSinceMs = Date.now();
  yield sseRetry(limits.sseRetryMs);
  if (log.reset) yield sseControl('reset', { job: presentJob(log.first.record, { restUrl }) });
  for await (const { record, entries } of tailLog(log, { untilMs, signal: gone })) {
    for (const event of await presentEntries(record, entries, { restUrl })) {
      yield sseEvent(event);
      if (Date.now() >= untilMs) return;
    }
    if (entries.length > 0) silentSinceMs = Date.now();
    if (Date.now() - silentSinceMs < limits.sseHeartbeatSeconds * 1000) continue;
    yield sseHeartbeat;
    silentSinceMs = Date.now();
  }
}
