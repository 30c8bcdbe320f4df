import type { Meter } from './metered-server.ts';
import { dollarsPerMillion, peers } from './prices.ts';
import { atMost, dollarsAtMost, exactly, type Figure, rounded } from './report.ts';

/** Billed steps by job. */
export interface Steps {
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

/** The figures of small jobs that nobody follows, from what `count` of them were billed. */
export function smallJobFigures(meter: Meter, count: number): Figure[] {
  const steps = stepsOf(meter, count);
  return [
    exactly('a small job: REST requests', steps['REST request'], 1),
    atMost('a small job: function calls', steps['function call'], 2),
    {
      what: 'a small job: calls of the authorizer (cached)',
      measured: rounded(steps.authorizer, 3),
      target: '<= 0.05',
      // None is as it should be.
      met: steps.authorizer <= 0.05,
    },
    exactly('a small job: write units', steps['own write unit'], 4),
    atMost("a small job: write units with its part of the tenant's counter", steps['write unit'], 4.2),
    atMost('a small job: read units', steps['read unit'], 2),
    exactly('a small job: sends', steps.sends, 1),
    atMost('a small job: queue requests in all', steps['queue request'], 3),
    ...unitsByKind(meter, count),
  ];
}

/** The figures of jobs that are followed over WebSocket each. */
export function followedFigures(meter: Meter, count: number): Figure[] {
  const steps = stepsOf(meter, count);
  return [
    exactly('followed over WebSocket: write units', steps['own write unit'], 7),
    exactly('followed over WebSocket: function calls', steps['function call'], 3),
    exactly('followed over WebSocket: pushes by the worker', pushesOf(meter, 'run-echo') / count, 3),
    { what: 'followed over WebSocket: messages in all', measured: rounded(meter.pushes.length / count) },
    { what: 'followed over WebSocket: read units', measured: rounded(steps['read unit'], 2) },
    ...unitsByKind(meter, count),
  ];
}

/** What a million of the jobs cost, beside others. */
export function dollarFigures(meter: Meter, count: number): Figure[] {
  const { sends: _sends, authorizer, 'own write unit': _own, ...billed } = stepsOf(meter, count);
  const total = dollarsPerMillion({ ...billed, 'function call': billed['function call'] + authorizer });
  return [
    dollarsAtMost('a million small jobs, without computing time', total, 8),
    ...peers.map(({ name, dollars }) => ({ what: `a million at ${name}`, measured: dollars })),
  ];
}

/** Some of the jobs, with the size of what the table holds of one of them. */
export interface Stretch {
  meter: Meter;
  count: number;
  headBytes: number;
}

/** How much more than the first ones the last may cost: a number in a record may have a digit more. */
const flatShare = 1.05;
/** A job's items, its events among them (J), and its tenant's endpoints, which each job looks up (E): the rest is no one job's. */
const ownItem = /^[EJ]/;

/** What a job costs where few were before it, and where many were. */
export function growthFigures(first: Stretch, last: Stretch): Figure[] {
  const stepsOfOwn = ({ meter, count }: Stretch) =>
    stepsOf({ ...meter, table: meter.table.filter(({ item }) => ownItem.test(item)) }, count);
  const [from, to] = [stepsOfOwn(first), stepsOfOwn(last)];
  const flat = (what: string, before: number, after: number): Figure => ({
    what: `growth: ${what}, of the first ${first.count} jobs and of the last`,
    measured: `${rounded(before, 3)} and ${rounded(after, 3)}`,
    target: `<= ${flatShare} x the first`,
    met: after > 0 && after <= flatShare * before,
  });
  return [
    flat('write units', from['write unit'], to['write unit']),
    flat('read units', from['read unit'], to['read unit']),
    flat('bytes of a job', first.headBytes, last.headBytes),
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
