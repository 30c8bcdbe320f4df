import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Api, apiOf } from '../test/contract/api.ts';
import { type LocalServer, startLocalServer } from '../test/local-server.ts';
import { type Figure, median, percentile, rounded, type Section } from './report.ts';
import { isComplete, openSocket } from './socket.ts';

const samples = 60;
const throughputJobs = 1000;
const connections = 10;

/** How long what a developer waits for takes on this machine, through `npm start`'s own program. */
export async function localTimes(): Promise<Section> {
  const startMs = performance.now();
  const server = await startLocalServer({ env: { JOBWIRE_RELOAD: '1' } });
  try {
    const api = apiOf({ url: server.rest, key: server.key });
    await api.submitEcho(0);
    const startFigure = time('start of the server to the first 202', performance.now() - startMs, '5 s');
    await Promise.all(Array.from({ length: 8 }, (_, n) => api.submitEcho(n)));
    return {
      title: 'Times on this machine',
      how: `Through the local server in a process of its own; ${samples} echo jobs one after another for each latency, ${throughputJobs} at once for each rate. Targets are the architecture's; times are printed and never gate.`,
      figures: [startFigure, ...(await latencies(server)), ...(await rates(server)), await reload(server)],
    };
  } finally {
    await server.stop();
  }
}

function time(what: string, ms: number, target?: string): Figure {
  return {
    what,
    measured: `${rounded(ms, ms < 100 ? 1 : 0)} ms`,
    ...(target && { target: `<= ${target}, not gated` }),
  };
}

function times(what: string, values: number[], target?: string): Figure[] {
  return [time(`${what}, median`, median(values)), time(`${what}, p99`, percentile(values, 99), target)];
}

async function latencies({ rest, live, key }: LocalServer): Promise<Figure[]> {
  const api = apiOf({ url: rest, key });
  const echo = { type: 'echo', input: { value: 1 } };
  const clocked = async (work: () => Promise<unknown>): Promise<number[]> => {
    const measured: number[] = [];
    for (let n = 0; n < samples; n += 1) {
      const startMs = performance.now();
      await work();
      measured.push(performance.now() - startMs);
      // A connection may send 50 messages a second.
      await pause(20);
    }
    return measured;
  };
  const submitted = await clocked(() => api.submitEcho(1));
  await pause(2000);
  const waited = await clocked(() => api.call('POST', '/jobs', { body: echo, headers: { prefer: 'wait=20' } }));
  const polled = await clocked(async () => {
    const { id } = await api.submitEcho(1);
    for (let [after, done] = [1, false]; !done; ) {
      const page = await api.call('GET', `/jobs/${id}/events?after=${after}`, { headers: { prefer: 'wait=20' } });
      ({ cursor: after, done } = page.body as { cursor: number; done: boolean });
    }
  });
  const socket = await openSocket(live, key);
  let turn = 0;
  const pushed = await clocked(async () => {
    turn += 1;
    const id = `latency-${turn}`;
    const ended = socket.next((message) => message.type === 'error' || isComplete(id)(message));
    socket.send({ type: 'submit', id, job: echo });
    const { message } = await ended;
    if (message.type === 'error') throw new Error(message.error.detail);
  });
  socket.close();
  return [
    ...times('submit to 202', submitted),
    ...times('submit to done, Prefer: wait on the submit', waited),
    ...times('submit to done, long poll of the log', polled),
    ...times('submit to done, pushed over WebSocket', pushed, '60 ms'),
  ];
}

async function rates({ rest, live, key }: LocalServer): Promise<Figure[]> {
  const api = apiOf({ url: rest, key });
  const perSecond = (startMs: number) =>
    `${rounded((throughputJobs * 1000) / (performance.now() - startMs), 0)} jobs/s`;
  const jobs = Array.from({ length: 100 }, (_, n) => ({ type: 'echo', input: { value: n } }));
  const [batchStartMs, submitMs] = [performance.now(), Date.now()];
  const ids: string[] = [];
  for (let sent = 0; sent < throughputJobs; sent += jobs.length) {
    const { body } = await api.call('POST', '/jobs/batch', { body: { jobs } });
    ids.push(...(body as { results: { job: { id: string } }[] }).results.map(({ job }) => job.id));
  }
  const taken = perSecond(batchStartMs);
  for (const id of ids.slice(-20)) await api.end(id, 300_000);
  const ended = `${rounded((throughputJobs * 1000) / ((await lastEndMs(api, ids)) - submitMs), 0)} jobs/s`;
  const sockets = await Promise.all(Array.from({ length: connections }, () => openSocket(live, key)));
  const pushStartMs = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      let left = throughputJobs / connections;
      const all = new Promise<void>((resolve) => {
        socket.onMessage(({ message }) => {
          if (message.type === 'error') throw new Error(message.error.detail);
          if (message.type === 'complete') left -= 1;
          if (left === 0) resolve();
        });
      });
      for (let n = left; n > 0; n -= 1) {
        socket.send({ type: 'submit', id: `rate-${n}`, job: { type: 'echo', input: { value: n } } });
        await pause(25);
      }
      await all;
    }),
  );
  const pushed = perSecond(pushStartMs);
  for (const socket of sockets) socket.close();
  return [
    { what: `submitted in batches of ${jobs.length}`, measured: taken },
    { what: 'submitted in batches, to the end of all', measured: ended },
    { what: `submit to pushed, ${connections} connections`, measured: pushed, target: '>= 150 jobs/s, not gated' },
  ];
}

/** When the last of `ids` ended, by the jobs' own word. */
async function lastEndMs({ read, end }: Api, ids: string[]): Promise<number> {
  let lastMs = 0;
  for (const id of ids) {
    const job = await read(id);
    const { finishedAt = '' } = job.done ? job : await end(id, 300_000);
    lastMs = Math.max(lastMs, Date.parse(finishedAt));
  }
  return lastMs;
}

/** From a save to the word that the new code runs. The file is touched, not changed. */
async function reload(server: LocalServer): Promise<Figure> {
  await pause(3000);
  const before = reloads(server);
  const startMs = performance.now();
  const now = new Date();
  utimesSync(join(import.meta.dirname, '../lambdas/submit-job.ts'), now, now);
  while (reloads(server) === before && performance.now() - startMs < 30_000) await pause(5);
  return time('a save to the new code being in place', performance.now() - startMs, '1 s');
}

function reloads({ output }: LocalServer): number {
  return output().split(' reload ').length;
}
