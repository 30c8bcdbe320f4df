import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { apiOf } from '../test/contract/api.ts';
import { inLanes } from '../test/load/load.ts';
import type { LocalServer } from '../test/local-server.ts';
import { rounded, type Section } from './report.ts';
import { openSocket, type Socket } from './socket.ts';
import { rowsBelow } from './table-rows.ts';

const connections = 1000;
const followers = 10;
const openedAtOnce = 20;
const longestClosingMs = 30_000;

/** What a thousand open connections take, and that nothing of them is left. */
export async function openConnections(server: LocalServer): Promise<Section> {
  const before = await residentMb(server.pid);
  const startMs = performance.now();
  const sockets: Socket[] = [];
  await inLanes(
    Array.from({ length: connections }, (_, n) => n),
    openedAtOnce,
    async () => {
      sockets.push(await openSocket(server.live, server.key));
    },
  );
  const openMs = performance.now() - startMs;
  const open = await residentMb(server.pid);
  const rows = await rowsBelow(server.aws, 'W#');
  const chosen = sockets.filter((_, n) => n % (connections / followers) === 0);
  const wrong = (await Promise.all(chosen.map((socket, n) => followOne(server, socket, n)))).filter(
    (isRight) => !isRight,
  );
  const closeMs = performance.now();
  for (const socket of sockets) socket.close();
  const left = await lastRows(server);
  const closedMs = performance.now() - closeMs;
  return {
    title: `${rounded(connections, 0)} open connections`,
    how: `Through the local server: all opened, ${openedAtOnce} at a time, ${followers} of them following a job each, then all closed at once. Memory is the server's own process with its table and queues, without the functions'.`,
    figures: [
      {
        what: 'rows of open connections',
        measured: String(rows),
        target: String(connections),
        met: rows === connections,
      },
      {
        what: `followers that did not hear every event once, of ${followers}`,
        measured: String(wrong.length),
        target: '0',
        met: wrong.length === 0,
      },
      { what: 'rows that are left once all are closed', measured: String(left), target: '0', met: left === 0 },
      { what: 'opened', measured: `${rounded((connections * 1000) / openMs, 0)} connections/s` },
      { what: 'from the close of all to the last row gone', measured: `${rounded(closedMs / 1000, 1)} s` },
      { what: 'memory of the server before them', measured: `${rounded(before, 0)} MB` },
      {
        what: 'memory that the open connections add',
        measured: `${rounded(((open - before) * 1024) / connections, 1)} KB a connection`,
      },
    ],
  };
}

/** True where a job's follower hears each of its events once, in order, to the end. */
async function followOne(server: LocalServer, socket: Socket, n: number): Promise<boolean> {
  const { id } = await apiOf({ url: server.rest, key: server.key }).submitEcho(n, { delaySeconds: 1 });
  const seqs: number[] = [];
  const last = socket.next((message) => {
    if (message.type === 'event') seqs.push(message.event.seq);
    return message.type === 'complete' || message.type === 'error';
  });
  socket.send({ type: 'subscribe', id: 'only', job: id });
  const { message } = await last;
  return message.type === 'complete' && seqs.join() === '1,2,3';
}

/** How many rows of connections are left once there are none, or patience is over. */
async function lastRows({ aws }: LocalServer): Promise<number> {
  const untilMs = performance.now() + longestClosingMs;
  for (;;) {
    const rows = await rowsBelow(aws, 'W#');
    if (rows === 0 || performance.now() > untilMs) return rows;
    await pause(200);
  }
}

async function residentMb(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1024;
}
