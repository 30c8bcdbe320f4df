import type { EventPage, JobEvent } from '../protocol/types.ts';
import { logPath } from './channels/channel.ts';
import type { Requests } from './requests.ts';

const pageSize = 1_000;

/** A job's log after a cursor, as it stands now, page by page. */
export async function* readLog(
  { send }: Requests,
  job: string,
  { after, signal }: { after: number; signal: AbortSignal | undefined },
): AsyncGenerator<JobEvent, undefined> {
  for (let cursor = after; ; ) {
    const query = { after: cursor, limit: pageSize };
    const { body: page } = await send<EventPage>('GET', logPath(job), { query, ...(signal && { signal }) });
    yield* page.events;
    if (page.done || page.events.length === 0) return;
    cursor = page.cursor;
  }
}
