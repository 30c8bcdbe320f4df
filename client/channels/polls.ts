import type { EventPage, Job } from '../../protocol/types.ts';
import { parseRetryAfter } from '../answer-error.ts';
import { pause } from '../pause.ts';
import type { Requests } from '../requests.ts';
import { type Channel, logPath, type Told } from './channel.ts';

/** The longest that the server holds an answer. */
const waitSeconds = 25;
/** However long a job may still take by the server's estimate, it is looked at again after this. */
const longestPauseMs = 10_000;
/** After so long polling ends, and whatever is better is tried again. */
const longestPollingMs = 5 * 60_000;
const pageSize = 1_000;

/** What every request of a channel has: the channel itself repeats what fails. */
type Asked = { signal?: AbortSignal };
const asked = (signal: AbortSignal | undefined): Asked => (signal ? { signal } : {});

/**
 * Long polling: the server holds the answer until there is an event. One answer is one opening.
 *
 * @param connectTimeoutMs what an answer may take longer than the server holds it
 */
export function longPollChannel({ send }: Requests, { connectTimeoutMs }: { connectTimeoutMs: number }): Channel {
  return {
    name: 'long-poll',
    async *tell(job, after, signal) {
      const { body: page } = await send<EventPage>('GET', logPath(job), {
        ...asked(signal),
        query: { after, limit: pageSize },
        headers: { prefer: `wait=${waitSeconds}` },
        timeoutMs: waitSeconds * 1000 + connectTimeoutMs,
        retries: 0,
      });
      yield* toldOf(page);
    },
  };
}

/** Polling, as often as the server's `Retry-After` says, and every ten seconds at least. */
export function pollChannel({ send }: Requests): Channel {
  return {
    name: 'poll',
    async *tell(job, after, signal) {
      const untilMs = Date.now() + longestPollingMs;
      for (let cursor = after; Date.now() < untilMs; ) {
        const query = { after: cursor, limit: pageSize };
        const { body: page } = await send<EventPage>('GET', logPath(job), { ...asked(signal), query, retries: 0 });
        yield* toldOf(page);
        if (page.done) return;
        cursor = page.cursor;
        await untilNews({ send }, { job, cursor, signal });
      }
    },
  };
}

/** Looks at the job until it has an event after the cursor: an answer of no bytes where nothing has changed. */
async function untilNews(
  { send }: Pick<Requests, 'send'>,
  { job, cursor, signal }: { job: string; cursor: number; signal: AbortSignal | undefined },
): Promise<void> {
  for (let tag: string | undefined; ; ) {
    const { headers, body } = await send<Job | undefined>('GET', `/jobs/${encodeURIComponent(job)}`, {
      ...asked(signal),
      headers: tag === undefined ? {} : { 'if-none-match': tag },
      retries: 0,
    });
    if (body && body.seq > cursor) return;
    tag = headers.get('etag') ?? undefined;
    const adviceMs = parseRetryAfter(headers.get('retry-after'), Date.now()) ?? 1_000;
    await pause(Math.min(adviceMs, longestPauseMs), signal);
  }
}

function* toldOf({ events, reset, done }: EventPage): Generator<Told> {
  yield { type: 'open' };
  if (reset) yield { type: 'reset', job: reset.job };
  for (const event of events) yield { type: 'event', event };
  if (done) yield { type: 'done' };
}
