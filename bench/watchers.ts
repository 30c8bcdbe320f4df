import { setTimeout as pause } from 'node:timers/promises';
import { headAttributes } from '../lambdas/aws/job-item.ts';
import { apiOf } from '../test/contract/api.ts';
import { inLanes } from '../test/load/load.ts';
import type { MeteredServer } from './metered-server.ts';
import { median, rounded, type Section } from './report.ts';
import { openSocket, type Socket } from './socket.ts';
import { bytesOf, headOf } from './table-rows.ts';

const watchers = 100;
const openedAtOnce = 10;
/** Events that all of them are pushed together. */
const sharedEvents = 5;
const longestJoinMs = 50_000;

interface Arrival {
  seq: number;
  atMs: number;
}

interface Watching {
  /** For each watcher, what came, in order. */
  arrivals: Arrival[][];
  /** The newest event when the last of them had joined. */
  joinedSeq: number;
  bytes: { all: number; ofWatchers: number };
}

/** One job with as many watchers as it can have. */
export async function watchersOfOne(server: MeteredServer): Promise<Section> {
  const sockets: Socket[] = [];
  await inLanes(
    Array.from({ length: watchers }, (_, n) => n),
    openedAtOnce,
    async () => {
      sockets.push(await openSocket(server.live, server.key));
    },
  );
  try {
    server.reset();
    const watching = await watchOne(server, sockets);
    // The last of the posts are answered after their message came.
    await pause(500);
    return sectionOf(server, watching);
  } finally {
    for (const socket of sockets) socket.close();
  }
}

async function watchOne(server: MeteredServer, sockets: Socket[]): Promise<Watching> {
  const api = apiOf({ url: server.rest, key: server.key });
  const { id } = await api.submit({ type: 'stream', input: { parts: 90, intervalMs: 1000, bytes: 10 } });
  const arrivals = sockets.map((): Arrival[] => []);
  const ends = sockets.map((socket, n) =>
    socket.next((message) => {
      if (message.type === 'event') arrivals[n]?.push({ seq: message.event.seq, atMs: performance.now() });
      return message.type === 'complete' || message.type === 'error';
    }),
  );
  for (const socket of sockets) socket.send({ type: 'subscribe', id: 'only', job: id });
  const head = await allLive(server, id);
  const joinedSeq = Number(head[headAttributes.seq]?.N);
  const watched = head[headAttributes.watchers];
  const bytes = { all: bytesOf(head), ofWatchers: watched ? bytesOf({ [headAttributes.watchers]: watched }) : 0 };
  await api.until(id, ({ seq }) => seq >= joinedSeq + sharedEvents);
  await api.call('POST', `/jobs/${id}/cancel`);
  for (const { message } of await Promise.all(ends))
    if (message.type === 'error') throw new Error(`Cannot watch job ${id}: ${message.error.detail}`);
  return { arrivals, joinedSeq, bytes };
}

/** HEAD once every watcher is pushed to, none still being caught up. */
async function allLive({ table }: MeteredServer, job: string) {
  const untilMs = performance.now() + longestJoinMs;
  for (;;) {
    const head = await headOf(table, job);
    const live = Object.values(head[headAttributes.watchers]?.M ?? {}).filter(({ M }) => M && !('j' in M)).length;
    if (live === watchers) return head;
    if (performance.now() > untilMs) throw new Error(`Cannot watch job ${job}: ${live} have joined, ${watchers} must`);
    await pause(200);
  }
}

function sectionOf({ meter }: MeteredServer, { arrivals, joinedSeq, bytes }: Watching): Section {
  const lastSeq = Math.max(...arrivals.map((heard) => heard.at(-1)?.seq ?? 0));
  const every = Array.from({ length: lastSeq }, (_, index) => index + 1).join();
  const wrong = arrivals.filter((heard) => heard.map(({ seq }) => seq).join() !== every);
  const pushed = Array.from({ length: lastSeq - joinedSeq }, (_, index) => joinedSeq + 1 + index);
  const spreads = pushed.map((seq) => {
    const times = arrivals.flatMap((heard) => heard.filter((one) => one.seq === seq).map(({ atMs }) => atMs));
    return Math.max(...times) - Math.min(...times);
  });
  // The watched job's last change is its end, with every watcher in HEAD.
  const changes = meter.table.filter(({ operation, item }) => operation === 'UpdateItem' && item === 'J B');
  // Each is told that it has subscribed, every event, and that the job is complete.
  const posts = watchers * (lastSeq + 2);
  return {
    title: `One job with ${watchers} WebSocket watchers`,
    how: `Counted at the wires: ${watchers} connections subscribe at once to a job that tells something each second, which is cancelled ${sharedEvents} events after the last of them has joined. HEAD is measured in the table as DynamoDB bills it.`,
    figures: [
      {
        what: `posts in all, for ${lastSeq} events`,
        measured: String(meter.pushes.length),
        target: `${posts}: one for each event and watcher, and two for each watcher's subscribed and complete`,
        met: meter.pushes.length === posts,
      },
      {
        what: 'watchers that did not hear every event once, in order',
        measured: String(wrong.length),
        target: '0',
        met: wrong.length === 0,
      },
      {
        what: 'from the first watcher to the last, median of the events',
        measured: `${rounded(median(spreads), 0)} ms`,
      },
      {
        what: `bytes that ${watchers} watchers add to HEAD`,
        measured: `${rounded(bytes.ofWatchers, 0)} of ${rounded(bytes.all, 0)}`,
      },
      { what: 'bytes by watcher', measured: rounded(bytes.ofWatchers / watchers, 1) },
      {
        what: "write units of the job's end, all watchers in HEAD",
        measured: rounded(changes.at(-1)?.writeUnits ?? Number.NaN),
      },
    ],
  };
}
