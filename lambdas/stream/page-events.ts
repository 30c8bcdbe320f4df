import { isDone } from '../../protocol/lifecycle.ts';
import { limits } from '../../protocol/limits.ts';
import type { EventPage, JobEvent } from '../../protocol/types.ts';
import { type OpenLog, presentEntries, tailLog } from '../aws/job-tail.ts';
import { presentJob } from '../core/job-view.ts';
import { readWait } from '../core/prefer.ts';
import type { HttpRequest, HttpResponse } from '../edge/http.ts';
import { env } from '../env.ts';

/** What is left of the call's time once the answer must be on its way. */
const spareMs = 2_000;

/** The log after a cursor as JSON. With `Prefer: wait=N` it is held until there is an event, or the job is done. */
export async function pageEvents(
  log: OpenLog,
  { headers, query, remainingMs, gone }: HttpRequest & { gone: AbortSignal },
): Promise<HttpResponse> {
  const limit = query.limit ?? limits.defaultEventPageSize;
  const waitSeconds = readWait(headers.prefer);
  const waitMs = Math.min((waitSeconds ?? 0) * 1000, remainingMs() - spareMs);
  const events: JobEvent[] = [];
  let bytes = 0;
  let { record } = log.first;
  let cut = false;
  for await (const read of tailLog(log, { untilMs: Date.now() + waitMs, signal: gone })) {
    record = read.record;
    for (const event of await presentEntries(record, read.entries, { restUrl: env('REST_URL') })) {
      bytes += Buffer.byteLength(JSON.stringify(event));
      cut ||= events.length === limit || bytes > limits.maxBatchBytes - limits.maxEventBytes;
      if (cut) break;
      events.push(event);
    }
    if (cut || (read.complete && events.length > 0)) break;
  }
  const cursor = events.at(-1)?.seq ?? log.after;
  const page: EventPage = {
    events,
    cursor,
    done: isDone(record.status) && cursor === record.seq,
    ...(log.reset && { reset: { job: presentJob(record, { restUrl: env('REST_URL') }) } }),
  };
  return { status: 200, headers: pageHeaders(waitSeconds), body: page };
}

function pageHeaders(waitSeconds: number | undefined): Record<string, string> {
  return {
    vary: 'Accept, Authorization, Last-Event-ID, Prefer',
    ...(waitSeconds !== undefined && { 'preference-applied': `wait=${waitSeconds}` }),
  };
}
