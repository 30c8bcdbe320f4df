import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { apiOf } from '../test/contract/api.ts';
import type { TableCall } from './count-table-calls.ts';
import type { FunctionCall, MeteredServer } from './metered-server.ts';
import { atMost, type Figure, median, type Section } from './report.ts';
import { isComplete, openSocket } from './socket.ts';

interface Interval {
  startMs: number;
  endMs: number;
}

const samples = 15;
const small = 'small';
const large = 'x'.repeat(2000);

/** How many network round trips stand one after another, where a client waits for them. */
export async function roundTrips(server: MeteredServer): Promise<Section> {
  const api = apiOf({ url: server.rest, key: server.key });
  const key = randomUUID();
  const submits: { what: string; most: number; send: () => Promise<unknown> }[] = [
    { what: 'submit', most: 2, send: () => api.submitEcho(small) },
    { what: 'submit with an input over 256 bytes', most: 3, send: () => api.submitEcho(large) },
    {
      what: 'submit, repeated with its Idempotency-Key',
      most: 3,
      send: () => api.submit({ type: 'echo', input: { value: 1 } }, { 'idempotency-key': key }),
    },
  ];
  const figures: Figure[] = [];
  for (const { what, most, send } of submits) {
    await send();
    const counts = await sampled(server, send, submitDepth);
    figures.push(atMost(`in a row, ${what}`, median(counts), most));
  }
  const socket = await openSocket(server.live, server.key);
  for (const [what, value, most] of [
    ['', small, 2],
    [', output over 256 bytes', large, 3],
  ] as const) {
    const send = async () => {
      const { id } = await api.submitEcho(value, { delaySeconds: 1 });
      const completed = socket.next(isComplete(id));
      socket.send({ type: 'subscribe', id, job: id });
      await completed;
    };
    const counts = await sampled(server, send, finishDepth);
    figures.push(atMost(`in a row, from the handler's return to the push${what}`, median(counts), most));
  }
  socket.close();
  return {
    title: 'Round trips in a row',
    how: `The longest chain of calls to table, queues and connections that do not overlap, the median of ${samples} jobs one after another on warm functions.`,
    figures,
  };
}

async function sampled(
  server: MeteredServer,
  send: () => Promise<unknown>,
  depth: (server: MeteredServer) => number,
): Promise<number[]> {
  const counts: number[] = [];
  for (let n = 0; n < samples; n += 1) {
    await pause(60);
    server.reset();
    await send();
    await pause(30);
    counts.push(depth(server));
  }
  return counts;
}

/** The calls of the submit function while it ran. */
function submitDepth({ meter }: MeteredServer): number {
  const call = callOf(meter.functions, 'submit-job');
  const queue = meter.queue.filter(({ operation }) => operation !== 'ReceiveMessage');
  return inARow([...meter.table, ...queue].filter((one) => one.startMs >= call.startMs && one.endMs <= call.endMs));
}

/** The calls from the handler's return, which in an echo follows the claim at once, to the end of the first push after it. */
function finishDepth({ meter }: MeteredServer): number {
  const call = callOf(meter.functions, 'run-echo');
  const inCall = (one: Interval) => one.startMs >= call.startMs && one.endMs <= call.endMs;
  const pushes = meter.pushes.filter(inCall);
  const [running, end] = pushes;
  if (!running || !end) throw new Error(`Cannot count: ${pushes.length} pushes of a watched job, there must be two`);
  // The input is loaded before the handler is called.
  const isOutput = ({ operation, item }: TableCall) => operation !== 'UpdateItem' && item !== 'J C';
  const before = meter.table.filter((one) => inCall(one) && isOutput(one) && one.startMs > running.endMs);
  const updates = meter.table.filter((one) => inCall(one) && one.operation === 'UpdateItem').slice(1, 2);
  return inARow([...before.filter((one) => one.endMs <= end.startMs), ...updates, end]);
}

function callOf(calls: FunctionCall[], name: string): FunctionCall {
  const found = calls.find((call) => call.name.endsWith(name));
  if (!found) throw new Error(`Cannot count the round trips of ${name}: it was not called`);
  return found;
}

/** The length of the longest chain of intervals that do not overlap. */
function inARow(intervals: Interval[]): number {
  let [count, freeMs] = [0, 0];
  for (const { startMs, endMs } of intervals.toSorted((a, b) => a.endMs - b.endMs)) {
    if (startMs < freeMs) continue;
    count += 1;
    freeMs = endMs;
  }
  return count;
}
