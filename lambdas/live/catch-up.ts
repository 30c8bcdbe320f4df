import { setTimeout as pause } from 'node:timers/promises';
import { ApiError } from '../../protocol/errors.ts';
import { isDone } from '../../protocol/lifecycle.ts';
import { type LogRead, presentEntries, readAfter } from '../aws/job-tail.ts';
import { removeWatcher, turnLive } from '../aws/job-watchers.ts';
import { assembleLog } from '../core/job-log.ts';
import type { JobRecord, Watcher } from '../core/job-record.ts';
import { noSuchJob } from '../core/no-such-job.ts';
import type { Dialect } from '../deliver/dialect.ts';
import { messagesOf } from '../deliver/websocket.ts';
import { env } from '../env.ts';
import { tell } from './tell.ts';

/** Between two reads of a log whose parts a Query did not see yet. */
const rereadMs = 20;

/** How a catch-up ended: pushed to from now on, over, or without a client. */
export type CaughtUp = 'live' | 'ended' | 'gone';

interface CatchUp {
  /** HEAD with the watcher in it, or of a job that is done. */
  record: JobRecord;
  /** Undefined where the job is done: then nothing more will come. */
  watcher: Watcher | undefined;
  connection: string;
  subscription: string;
  dialect?: Dialect;
  /** The cursor. */
  after: number;
  /** When to give up, well before the platform ends this call. */
  untilMs: number;
}

type Client = Pick<CatchUp, 'connection' | 'subscription' | 'dialect'>;

/**
 * Posts what the log has after a cursor, then turns the watcher live on condition that nothing has been added; if
 * something has, posts that first. So whatever is pushed afterwards follows what was posted here, without gap or
 * repeat. Throws `unavailable` where the log is too long for one call: the client goes on with its cursor.
 */
export async function catchUp({ record, watcher, untilMs, after, ...client }: CatchUp): Promise<CaughtUp> {
  let cursor = after;
  for (let read: LogRead | undefined = fromHead(record, after); read; read = await readAfter(record.id, cursor)) {
    if (watcher && read.record !== record) {
      const left = await hasLeft(read.record, { watcher, ...client });
      if (left) return left;
    }
    if (!(await post(read, { ...client, untilMs }))) return 'gone';
    cursor = read.entries.at(-1)?.seq ?? cursor;
    if (read.complete && isDone(read.record.status)) return await end(read, { watcher, ...client });
    if (read.complete && watcher && (await turnLive(read.record, { ...watcher, afterSeq: read.record.seq })))
      return 'live';
    if (Date.now() > untilMs) throw tooLong(cursor);
    if (!read.complete && read.entries.length === 0) await pause(rereadMs);
  }
  throw noSuchJob();
}

/** The update that added the watcher returned HEAD: where there are no parts to read, it is the whole log. */
function fromHead(record: JobRecord, after: number): LogRead {
  const { events, complete } = assembleLog({ record, parts: [], after });
  return complete ? { record, entries: events, complete } : { record, entries: [], complete };
}

/** HEAD tells of the watcher: live where the reply to turning it so was lost, absent where the client unsubscribed. */
async function hasLeft(
  { watchers }: JobRecord,
  { watcher, connection, subscription: id, dialect }: Client & { watcher: Watcher },
): Promise<CaughtUp | undefined> {
  const own = watchers.find((other) => other.connection === connection && other.subscription === id);
  if (own?.state === 'live') return 'live';
  if (own?.joinedAtMs === watcher.joinedAtMs) return undefined;
  // Whoever removed it while it joined left the last word to this call, so that nothing follows it.
  if (dialect === undefined) await tell(connection, { type: 'complete', id });
  return 'ended';
}

/** Looks at the clock between two events: one read may find thousands of them. */
async function post(
  { record, entries }: LogRead,
  { connection, subscription, dialect, untilMs }: Client & Pick<CatchUp, 'untilMs'>,
): Promise<boolean> {
  let told: number | undefined;
  for (const event of await presentEntries(record, entries, { restUrl: env('REST_URL') })) {
    if (told !== undefined && Date.now() > untilMs) throw tooLong(told);
    for (const message of messagesOf(subscription, event))
      if (!(await tell(connection, message, dialect))) return false;
    told = event.seq;
  }
  return true;
}

/** A cursor that is the job's last event leaves nothing to tell but that. */
async function end(
  { record, entries }: LogRead,
  { watcher, connection, subscription: id, dialect }: Client & Pick<CatchUp, 'watcher'>,
): Promise<CaughtUp> {
  if (watcher) await removeWatcher(record.id, watcher);
  if (entries.length === 0 && !(await tell(connection, { type: 'complete', id }, dialect))) return 'gone';
  return 'ended';
}

function tooLong(cursor: number): ApiError {
  const detail = `Cannot catch up with this log in one go: it was told up to event ${cursor}, subscribe again after that`;
  return new ApiError('unavailable', detail);
}
