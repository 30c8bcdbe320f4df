import { isDone } from '../../protocol/lifecycle.ts';
import { limits } from '../../protocol/limits.ts';
import { sseControl, sseEvent, sseRetry } from '../../protocol/sse.ts';
import type { OpenLog } from '../aws/job-tail.ts';
import type { HttpRequest, HttpResponse } from '../edge/http.ts';
import type { StreamedResponse } from '../edge/stream.ts';
import { type StreamWords, streamHeaders, tellLog } from './tell-log.ts';

const words: StreamWords = {
  begin: sseRetry(limits.sseRetryMs),
  event: sseEvent,
  reset: (job) => sseControl('reset', { job }),
};

/** The log after a cursor as Server-Sent Events; 204, which stops an EventSource, where the cursor is its end. */
export function streamEvents(
  log: OpenLog,
  request: HttpRequest & { gone: AbortSignal },
): HttpResponse | StreamedResponse {
  const { record } = log.first;
  if (isDone(record.status) && log.after === record.seq && !log.reset) return { status: 204 };
  return { status: 200, headers: streamHeaders, chunks: tellLog(log, request, words) };
}
