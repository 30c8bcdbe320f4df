import { setTimeout as pause } from 'node:timers/promises';
import { functionSettings } from '../lib/function-settings.ts';
import { type Api, apiOf } from '../test/contract/api.ts';
import { type Follower, followersOf, ways } from './followers.ts';
import type { FunctionCall, Meter, MeteredServer } from './metered-server.ts';
import { type BilledStep, dollarsPerMillion } from './prices.ts';
import { exactly, type Figure, rounded, type Section } from './report.ts';
import { openSocket, type Socket } from './socket.ts';

const jobs = 4;
const parts = 6;
const intervalMs = 500;
/** Queued, running, the parts, succeeded. */
const events = parts + 3;
const job = { type: 'stream', input: { parts, intervalMs, bytes: 100 } };
const seconds = ((parts - 1) * intervalMs) / 1000;
const longestRunsMs = 60_000;

const billed = [
  'REST request',
  'WebSocket message',
  'connection minute',
  'function call',
  'write unit',
  'read unit',
  'GB-second',
] as const satisfies BilledStep[];
type Steps = Record<(typeof billed)[number], number>;

/** What following a job costs beside the job itself, each way. */
export async function followSteps(server: MeteredServer): Promise<Section> {
  const target = { url: server.rest, key: server.key };
  const api = apiOf(target);
  const unfollowed = async () => void (await Promise.all(Array.from({ length: jobs }, () => api.submit(job))));
  await counted(server, unfollowed);
  const alone = await counted(server, unfollowed);
  const sockets: Socket[] = [];
  const opened = await counted(server, () => openAll(server, sockets), 0);
  const clients = sockets.map((socket) => followersOf(target, socket));
  const figures: Figure[] = [];
  for (const way of ways) {
    const heard: number[] = [];
    const steps = await counted(server, () =>
      followAll(
        api,
        clients.map((client) => client[way]),
        heard,
      ),
    );
    const added = perJob(steps, alone);
    if (way === 'WebSocket push') {
      // The subscribe is billed like what is posted.
      added['WebSocket message'] += 1;
      added['connection minute'] = seconds / 60;
    }
    figures.push(...figuresOf(way, added), ...gatesOf(way, { added, heard }));
  }
  const closed = await counted(server, () => closeAll(server, sockets), 0);
  const connection = billed.map((step) => [step, (opened[step] + closed[step]) / jobs] as const);
  return {
    title: 'Live channels: what a follower costs',
    how: `Counted at the wires: ${jobs} jobs of ${seconds} s with ${events} events each, followed by one client each way, less as many that nobody follows. Function time is that of the platform's functions, held open or called for the follower, as long as it took here; the worker's own time beside its run is left out, as are requests to queues, which no follower adds.`,
    figures: [
      ...figures,
      { what: 'a WebSocket connection, opened and closed: steps', measured: described(Object.fromEntries(connection)) },
      { what: 'a million of them', measured: `$${rounded(dollarsPerMillion(Object.fromEntries(connection)))}` },
    ],
  };
}

/** Counts what `work` is billed, until all jobs have run and what follows their end is done. */
async function counted(server: MeteredServer, work: () => Promise<void>, runs = jobs): Promise<Steps> {
  await pause(300);
  server.reset();
  await work();
  const untilMs = performance.now() + longestRunsMs;
  const ran = () => server.meter.functions.filter(({ name }) => name.endsWith('-run-stream')).length;
  while (ran() < runs && performance.now() < untilMs) await pause(50);
  await pause(700);
  return stepsOf(server.meter);
}

/** Kinds of items that many jobs share: a tenant's rate, a type's statistics. */
const shared = /^[RS]/;

function stepsOf({ table, functions, pushes }: Meter): Steps {
  const own = table.filter(({ item }) => !shared.test(item));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const isRest = ({ name }: FunctionCall) => /-(submit|read|stream)-job$/.test(name);
  return {
    'REST request': functions.filter(isRest).length,
    'WebSocket message': pushes.length,
    'connection minute': 0,
    'function call': functions.length,
    'write unit': sum(own.map(({ writeUnits }) => writeUnits)),
    'read unit': sum(own.map(({ readUnits }) => readUnits)),
    'GB-second': sum(functions.map(gbSeconds)),
  };
}

/** None for a run: what a job does is not the follower's. */
function gbSeconds({ name, startMs, endMs }: FunctionCall): number {
  const setting = Object.entries(functionSettings).find(
    ([known]) => name.endsWith(`-${known}`) && !name.includes('-run-'),
  );
  return (((setting?.[1].memoryMb ?? 0) / 1024) * (endMs - startMs)) / 1000;
}

function perJob(steps: Steps, alone: Steps): Steps {
  const less = billed.map((step) => [step, Math.max(0, steps[step] - alone[step]) / jobs]);
  return Object.fromEntries(less) as Steps;
}

function figuresOf(way: string, added: Steps): Figure[] {
  const event = billed.map((step) => [step, added[step] / events] as const);
  return [
    { what: `${way}: a subscriber of one job`, measured: described(added) },
    { what: `${way}: by event`, measured: described(Object.fromEntries(event)) },
    { what: `${way}: a million jobs followed`, measured: `$${rounded(dollarsPerMillion(added))}` },
  ];
}

/** What is certain: nothing is posted but what is told, a stream is one request, and every event comes once. */
function gatesOf(way: (typeof ways)[number], { added, heard }: { added: Steps; heard: number[] }): Figure[] {
  const gate = (what: string, value: number, wanted: number) => exactly(`${way}: ${what}`, value, wanted);
  if (way === 'polling each second') return [];
  const told = gate('jobs of which every event was heard once', heard.filter((count) => count === events).length, jobs);
  if (way === 'WebSocket push')
    return [
      told,
      gate('messages, subscribe, subscribed and complete included', added['WebSocket message'], events + 3),
    ];
  return way === 'SSE' ? [told, gate('REST requests', added['REST request'], 1)] : [told];
}

function described(steps: Partial<Steps>): string {
  const named = Object.entries(steps).filter(([, count]) => count > 0.0005);
  return named.map(([step, count]) => `${rounded(count, 3)} ${step}${count === 1 ? '' : 's'}`).join(', ');
}

/** Submits and follows a job each; how many events were heard of each, 0 where they did not come in order. */
async function followAll(api: Api, followers: Follower[], heard: number[]): Promise<void> {
  const followOne = async (follower: Follower) => {
    const seqs: number[] = [];
    const { id } = await api.submit(job);
    await follower.follow(id, ({ seq }) => seqs.push(seq));
    heard.push(seqs.every((seq, index) => seq === index + 1) ? seqs.length : 0);
  };
  await Promise.all(followers.map(followOne));
}

async function openAll({ live, key }: MeteredServer, sockets: Socket[]): Promise<void> {
  sockets.push(...(await Promise.all(Array.from({ length: jobs }, () => openSocket(live, key)))));
}

/** Resolves once the functions have heard of each end. */
async function closeAll({ meter }: MeteredServer, sockets: Socket[]): Promise<void> {
  for (const socket of sockets) socket.close();
  const untilMs = performance.now() + longestRunsMs;
  while (meter.functions.length < jobs && performance.now() < untilMs) await pause(50);
}
