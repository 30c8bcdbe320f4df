import { isEnd } from '../../protocol/lifecycle.ts';
import type { ServerMessage } from '../../protocol/socket-messages.ts';
import type { JobEvent } from '../../protocol/types.ts';
import { postFrame } from '../aws/connection-posts.ts';
import { inParallel } from '../core/in-parallel.ts';
import type { JobRecord, Watcher } from '../core/job-record.ts';
import { logFieldsOf } from '../core/log-fields.ts';
import { lostJoins } from '../core/watching.ts';
import { log } from '../edge/log.ts';
import { measure } from '../edge/metrics.ts';
import { framesOf } from './dialect.ts';
import { dropConnection, endLostJoin } from './end-connection.ts';

/** Connections that are posted to at the same time: at most four rounds for a job's 100 watchers. */
const parallelConnections = 25;

/** The last post under way to each connection, so that two announcements of this environment keep their order. */
const underWay = new Map<string, Promise<void>>();

/**
 * Pushes events to the live watchers of a job: each connection's posts in turn, the connections side by side.
 * A connection that cannot be posted to is dropped with all of its subscriptions, for a watcher that missed an event
 * must not get a later one; its client connects again and resumes with its cursor.
 */
export async function pushToWatchers(record: JobRecord, events: JobEvent[]): Promise<void> {
  const live = record.watchers.filter(({ state }) => state === 'live');
  const byConnection = [...Map.groupBy(live, ({ connection }) => connection)];
  await inParallel(byConnection, parallelConnections, ([connection, watchers]) =>
    afterEarlierPosts(connection, () => pushToConnection(connection, { record, watchers, events })),
  );
  for (const watcher of lostJoins(record, Date.now())) await endLostJoin(record.id, watcher);
}

interface Push {
  record: JobRecord;
  /** The subscriptions of one connection to the job. */
  watchers: Watcher[];
  events: JobEvent[];
}

async function pushToConnection(connection: string, { record, watchers, events }: Push): Promise<void> {
  for (const event of events)
    for (const watcher of watchers)
      for (const frame of framesFor(event, watcher)) {
        const posted = await postFrame(connection, frame);
        if (posted === 'taken') continue;
        if (posted === 'failed') notePushFailed(record, connection);
        return dropConnection(connection, { job: record.id, watchers });
      }
}

/** A client that has left is no fault. */
function notePushFailed(record: JobRecord, connection: string): void {
  measure('PushesFailed', {});
  log.warn('push failed: its connection is closed, the client resumes', { ...logFieldsOf(record), connection });
}

/** What one watcher is sent of an event: nothing that it saw while it joined. */
function framesFor(event: JobEvent, { subscription: id, afterSeq, selection }: Watcher): string[] {
  return event.seq > afterSeq ? messagesOf(id, event).flatMap((message) => framesOf(message, selection)) : [];
}

/** An event as `jobwire.v1` tells it, with the end of the subscription after the last one. */
export function messagesOf(id: string, event: JobEvent): ServerMessage[] {
  const told: ServerMessage = { type: 'event', id, event };
  return isEnd(event.type) ? [told, { type: 'complete', id }] : [told];
}

async function afterEarlierPosts(connection: string, push: () => Promise<void>): Promise<void> {
  const turn = (underWay.get(connection) ?? Promise.resolve()).then(push);
  const settled = turn.catch(() => {});
  underWay.set(connection, settled);
  try {
    await turn;
  } finally {
    if (underWay.get(connection) === settled) underWay.delete(connection);
  }
}
