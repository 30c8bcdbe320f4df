import { setTimeout as pause } from 'node:timers/promises';
import { apiOf } from '../test/contract/api.ts';
import { inLanes } from '../test/load/load.ts';
import type { Meter, MeteredServer } from './metered-server.ts';
import { dollarsPerMillion, peers } from './prices.ts';
import { type Figure, rounded, type Section } from './report.ts';
import { isComplete, openSocket, type Socket } from './socket.ts';

const jobs = 1000;
const followedJobs = 20;

/** Billed steps by job. */
interface Steps {
  'REST request': number;
  'function call': number;
  authorizer: number;
  'write unit': number;
  /** Of the job's own items and its watcher's connection; the others are shared by many jobs. */
  'own write unit': number;
  'read unit': number;
  sends: number;
  'queue request': number;
  'fair queue request': number;
}

/** What a job is billed, counted from the calls of many. */
export async function billedSteps(server: MeteredServer): Promise<Section> {
  const api = apiOf({ url: server.rest, key: server.key });
  const submitMany = (count: number) =>
    inLanes(
      Array.from({ length: count }, (_, n) => n),
      4,
      async (n) => void (await api.submitEcho(n)),
    );
  await submitMany(40);
  await quiet(server.meter);
  server.reset();
  await submitMany(jobs);
  await quiet(server.meter);
  const steps = stepsOf(server.meter, jobs);
  const byKind = unitsByKind(server.meter, jobs);
  const followed = await followedSteps(server);
  return {
    title: 'Billed steps and dollars',
    how: `Counted at the wires between functions, table and queues while ${jobs} small echo jobs ran, ${followedJobs} more with one WebSocket subscription each; units of the table and its indexes as DynamoDB bills them. Polls that find no message are left out: they cost the same with no job at all.`,
    figures: [...plainFigures(steps), ...byKind, ...followed, ...dollars(steps)],
  };
}

function plainFigures(steps: Steps): Figure[] {
  const figure = (what: string, value: number, most: number): Figure => ({
    what: `a small job: ${what}`,
    measured: rounded(value, 3),
    target: `<= ${most}`,
    met: value <= most,
  });
  return [
    figure('REST requests', steps['REST request'], 1),
    figure('function calls', steps['function call'], 2),
    { what: 'a small job: calls of the authorizer (cached)', measured: rounded(steps.authorizer, 3) },
    figure('write units', steps['own write unit'], 4),
    {
      what: "a small job: write units with its part of the tenant's counter",
      measured: rounded(steps['write unit'], 3),
    },
    figure('read units', steps['read unit'], 2),
    figure('sends', steps.sends, 1),
    { what: 'a small job: queue requests in all', measured: rounded(steps['queue request'], 2) },
  ];
}

/** `WebSocket`: a job that is followed from a subscribe after its submit, on a connection that is open. */
async function followedSteps(server: MeteredServer): Promise<Figure[]> {
  const api = apiOf({ url: server.rest, key: server.key });
  const every = Array.from({ length: followedJobs }, (_, n) => n);
  // A connection for each job, as most clients have: its row holds one subscription.
  const sockets = await Promise.all(every.map(() => openSocket(server.live, server.key)));
  const follow = async (socket: Socket, n: number) => {
    const { id } = await api.submitEcho(n, { delaySeconds: 1 });
    const completed = socket.next(isComplete(id));
    socket.send({ type: 'subscribe', id, job: id });
    await completed;
  };
  const warm = await openSocket(server.live, server.key);
  await follow(warm, 0);
  await quiet(server.meter);
  server.reset();
  // One after another: whose push it was is told by the time.
  for (const [n, socket] of sockets.entries()) await follow(socket, n);
  await quiet(server.meter);
  for (const socket of [warm, ...sockets]) socket.close();
  const steps = stepsOf(server.meter, followedJobs);
  const pushes = pushesOf(server.meter, 'run-echo') / followedJobs;
  const figure = (what: string, value: number, most: number): Figure => ({
    what: `followed over WebSocket: ${what}`,
    measured: rounded(value, 2),
    target: `<= ${most}`,
    met: value <= most,
  });
  return [
    figure('write units', steps['own write unit'], 7),
    figure('function calls', steps['function call'], 3),
    figure('pushes by the worker', pushes, 3),
    { what: 'followed over WebSocket: messages in all', measured: rounded(server.meter.pushes.length / followedJobs) },
    { what: 'followed over WebSocket: read units', measured: rounded(steps['read unit'], 2) },
    ...unitsByKind(server.meter, followedJobs),
  ];
}

/** Messages that were posted to connections while `name` ran. */
function pushesOf({ functions, pushes }: Meter, name: string): number {
  const calls = functions.filter((call) => call.name.endsWith(name));
  const isWithin = (push: { startMs: number; endMs: number }) =>
    calls.some((call) => push.startMs >= call.startMs && push.endMs <= call.endMs);
  return pushes.filter(isWithin).length;
}

function stepsOf({ table, queue, functions }: Meter, count: number): Steps {
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0) / count;
  const busy = queue.filter(({ operation, messages }) => operation !== 'ReceiveMessage' || messages > 0);
  const calls = functions.map(({ name }) => name.replace(/^jobwire-[a-z]+-/, ''));
  const isRest = (name: string) => ['submit-job', 'read-job'].includes(name);
  return {
    'REST request': calls.filter(isRest).length / count,
    'function call': calls.filter((name) => name !== 'authorize' && name !== 'tend-connections').length / count,
    authorizer: calls.filter((name) => name === 'authorize').length / count,
    'write unit': sum(table.map(({ writeUnits }) => writeUnits)),
    'own write unit': sum(table.map(({ item, writeUnits }) => (/^[JW]/.test(item) ? writeUnits : 0))),
    'read unit': sum(table.map(({ readUnits }) => readUnits)),
    sends: sum(queue.filter(({ operation }) => operation.startsWith('SendMessage')).map(({ messages }) => messages)),
    'queue request': sum(busy.map(({ requests }) => requests)),
    'fair queue request': sum(busy.map(({ isFair, requests }) => (isFair ? requests : 0))),
  };
}

/** Where the units go: operation and kind of item. */
function unitsByKind({ table }: Meter, count: number): Figure[] {
  const kinds = new Map<string, { writes: number; reads: number; calls: number }>();
  for (const { operation, item, writeUnits, readUnits } of table) {
    const kind = kinds.get(`${operation} ${item}`) ?? { writes: 0, reads: 0, calls: 0 };
    kinds.set(`${operation} ${item}`, {
      writes: kind.writes + writeUnits,
      reads: kind.reads + readUnits,
      calls: kind.calls + 1,
    });
  }
  return [...kinds].map(([kind, { writes, reads, calls }]) => ({
    what: `of which ${kind}`,
    measured: `${rounded(calls / count, 3)} calls, ${rounded(writes / count, 3)} write and ${rounded(reads / count, 3)} read units`,
  }));
}

function dollars(steps: Steps): Figure[] {
  const { sends: _sends, authorizer, 'own write unit': _own, ...billed } = steps;
  const total = dollarsPerMillion({ ...billed, 'function call': billed['function call'] + authorizer });
  return [
    { what: 'a million small jobs, without computing time', measured: `$${rounded(total)}`, target: 'about $7' },
    ...peers.map(({ name, dollars: price }) => ({ what: `a million at ${name}`, measured: price })),
  ];
}

/** Resolves once nothing has been billed for a while, so that no step of an earlier job is counted with a later one. */
async function quiet({ table, queue }: Meter): Promise<void> {
  const busy = () => table.length + queue.filter(({ operation }) => operation !== 'ReceiveMessage').length;
  for (let before = -1; before !== busy(); ) {
    before = busy();
    await pause(2500);
  }
}
