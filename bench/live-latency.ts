import { setTimeout as pause } from 'node:timers/promises';
import { apiOf } from '../test/contract/api.ts';
import type { LocalServer } from '../test/local-server.ts';
import { type Follower, followersOf, type News, type Way, ways } from './followers.ts';
import { type Figure, median, percentile, rounded, type Section } from './report.ts';
import { openSocket } from './socket.ts';

const manyClients = 50;
const rounds = { submits: 8, bursts: 2, finishes: 12, crowds: 2 };
/** Of each way that is heard at once, while one poller sleeps. */
const submitsByRound = 3;
const atOnce = ways.filter((way) => way !== 'polling each second');
const crowdRunMs = 1500;

type Clients = Record<Way, Follower>[];
type Latencies = Record<Way, number[]>;

interface Stage {
  server: LocalServer;
  clients: Clients;
  /** Clients that had heard nothing of their job when it ended: they tell nothing of a push. */
  late: number;
}

/** How long after its submit, and after its end, each way of following tells a client that a job is done. */
export async function liveLatency(server: LocalServer): Promise<Section> {
  const sockets = await Promise.all(Array.from({ length: manyClients }, () => openSocket(server.live, server.key)));
  const target = { url: server.rest, key: server.key };
  const stage: Stage = { server, clients: sockets.map((socket) => followersOf(target, socket)), late: 0 };
  try {
    await warm(stage);
    const figures = [
      ...figuresOf('submit to heard, 1 client', await submitsOfOne(stage)),
      ...figuresOf(`submit to heard, ${manyClients} clients at once`, await submitsOfMany(stage)),
      ...figuresOf('finish to heard, 1 client', await finishesToOne(stage)),
      ...figuresOf(`finish to heard, ${manyClients} clients of a job`, await finishesToMany(stage)),
      { what: 'clients that joined after the end of their job, left out', measured: String(stage.late) },
    ];
    return {
      title: 'Live channels: how soon a client hears',
      how: `Through the local server. Submit: echo jobs without a pause, each submitted and followed by one client (the WebSocket submits by itself; the others over REST, and follow from the 202 on), the ways in turns. Finish: from the job's own finishedAt; one client of every way on each of the same ${rounds.finishes} jobs, whose length differs at random; then ${manyClients} clients of one way on a job, the ways in turns. Functions are warm.`,
      figures,
    };
  } finally {
    for (const socket of sockets) socket.close();
  }
}

function figuresOf(what: string, latencies: Latencies): Figure[] {
  return ways.map((way) => {
    const values = latencies[way];
    const [middle, slowest] = [median(values), percentile(values, 99)].map((ms) => rounded(ms, 0));
    return { what: `${what}: ${way}`, measured: `median ${middle} ms, p99 ${slowest} ms of ${values.length}` };
  });
}

const noLatencies = (): Latencies => ({ 'WebSocket push': [], SSE: [], 'long poll': [], 'polling each second': [] });

/** Starts what many clients need: a stream each, until all have heard of a job, then a job each, every way. */
async function warm({ server, clients }: Stage): Promise<void> {
  const api = apiOf({ url: server.rest, key: server.key });
  const { id } = await api.submitEcho(0, { delaySeconds: 600 });
  let waiting = clients.length;
  const all = Promise.withResolvers<void>();
  const following = clients.map((client) => {
    let isNew = true;
    return client.SSE.follow(id, () => {
      if (isNew) waiting -= 1;
      isNew = false;
      if (waiting === 0) all.resolve();
    });
  });
  await Promise.race([all.promise, pause(40_000)]);
  await api.call('POST', `/jobs/${id}/cancel`);
  await Promise.all(following);
  for (const way of ways) await Promise.all(clients.map((client) => submitted(client[way])));
}

/** From before the submit to the end's arrival. */
async function submitted(follower: Follower): Promise<number> {
  const startMs = performance.now();
  let heardMs = Number.NaN;
  await follower.submit({ type: 'echo', input: { value: 1 } }, ({ ended }) => {
    if (ended) heardMs = performance.now();
  });
  return heardMs - startMs;
}

async function submitsOfOne({ clients: [client] }: Stage): Promise<Latencies> {
  const latencies = noLatencies();
  if (!client) return latencies;
  for (let round = 0; round < rounds.submits; round += 1) {
    const polling = submitted(client['polling each second']);
    for (let turn = 0; turn < submitsByRound; turn += 1)
      for (const way of atOnce) latencies[way].push(await submitted(client[way]));
    latencies['polling each second'].push(await polling);
  }
  return latencies;
}

async function submitsOfMany({ clients }: Stage): Promise<Latencies> {
  const latencies = noLatencies();
  for (let round = 0; round < rounds.bursts; round += 1)
    for (const way of ways)
      latencies[way].push(...(await Promise.all(clients.map((client) => submitted(client[way])))));
  return latencies;
}

async function finishesToOne(stage: Stage): Promise<Latencies> {
  const latencies = noLatencies();
  const [client] = stage.clients;
  const polling: Promise<void>[] = [];
  for (let round = 0; client && round < rounds.finishes; round += 1) {
    // A poller's next look comes at any time after the end.
    const { id, heard } = await startJob(stage, 400 + Math.random() * 1000);
    polling.push(heard(client, 'polling each second', latencies));
    await Promise.all(atOnce.map((way) => heard(client, way, latencies)));
    await apiOf({ url: stage.server.rest, key: stage.server.key }).end(id);
  }
  await Promise.all(polling);
  return latencies;
}

async function finishesToMany(stage: Stage): Promise<Latencies> {
  const latencies = noLatencies();
  for (let round = 0; round < rounds.crowds; round += 1) {
    for (const way of ways) {
      const { heard } = await startJob(stage, crowdRunMs);
      const hear = async (client: Record<Way, Follower>) => {
        if (way === 'polling each second') await pause(Math.random() * 1000);
        await heard(client, way, latencies);
      };
      await Promise.all(stage.clients.map(hear));
    }
  }
  return latencies;
}

/** Submits a job that runs for a while. `heard` follows it, and notes how long after its end that was told. */
async function startJob(stage: Stage, delayMs: number) {
  const api = apiOf({ url: stage.server.rest, key: stage.server.key });
  const { id } = await api.submit({ type: 'echo', input: { value: 1, delayMs: Math.round(delayMs) } });
  const heard = async (client: Record<Way, Follower>, way: Way, latencies: Latencies): Promise<void> => {
    const news: News[] = [];
    await client[way].follow(id, (one) => news.push(one));
    const { finishedAt = '' } = await api.read(id);
    const finishedMs = Date.parse(finishedAt);
    const [first, last] = [news[0], news.at(-1)];
    if (first && last?.ended && first.atMs < finishedMs) latencies[way].push(last.atMs - finishedMs);
    else stage.late += 1;
  };
  return { id, heard };
}
