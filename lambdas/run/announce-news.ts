import type { Json } from '../../protocol/types.ts';
import { loadOutput } from '../aws/job-payloads.ts';
import { readAfter } from '../aws/job-tail.ts';
import { assembleLog } from '../core/job-log.ts';
import type { JobRecord, LogEntry } from '../core/job-record.ts';
import { outputToLoad, presentEvent } from '../core/job-view.ts';
import { announce } from '../deliver/announce.ts';
import { env } from '../env.ts';

const isLive = ({ watchers }: JobRecord) => watchers.some(({ state }) => state === 'live');

/** Tells whoever follows the job of `entries`. Parts and progress are for watchers alone. `output`: where it is at hand. */
export async function announceEntries(record: JobRecord, entries: LogEntry[], output?: Json): Promise<void> {
  const told = isLive(record) ? entries : entries.filter((entry) => 'type' in entry);
  if (told.length === 0) return;
  const missing = output === undefined && told.some((entry) => outputToLoad(record, entry));
  const shown = missing ? JSON.parse(await loadOutput(record)) : output;
  const parts = { restUrl: env('REST_URL'), ...(shown !== undefined && { output: shown }) };
  await announce(
    record,
    told.map((entry) => presentEvent(record, entry, parts)),
  );
}

/**
 * Announces everything that is later than what HEAD says was announced, an earlier holder's events included: it may
 * have died between its update and its push. `record` is HEAD after the caller's own write.
 */
export async function announceNews(record: JobRecord): Promise<void> {
  const { announcedSeq: after, events } = record;
  if (!isLive(record)) {
    return announceEntries(
      record,
      events.filter(({ seq }) => seq > after),
    );
  }
  const { events: entries, complete } = assembleLog({ record, parts: [], after });
  if (complete) await announceEntries(record, entries);
  else await announceParts(record);
}

/** The news of a job with parts among them, page by page. */
async function announceParts(record: JobRecord): Promise<void> {
  let after = record.announcedSeq;
  for (;;) {
    const read = await readAfter(record.id, after, record);
    if (!read) return;
    await announceEntries(record, read.entries);
    const last = read.entries.at(-1)?.seq;
    if (read.complete || last === undefined) return;
    after = last;
  }
}
