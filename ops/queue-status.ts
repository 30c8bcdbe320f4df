import { deliveryQueue } from '../lambdas/aws/delivery-queue.ts';
import { columns } from './columns.ts';
import { listTypes } from './job-types.ts';
import { findOldestMessages } from './oldest-messages.ts';
import { countMessages, type QueueCounts } from './queue-counts.ts';
import type { Stack } from './stack-target.ts';

/** How a queue of work stands. */
export interface QueueStatus extends QueueCounts {
  /** Messages in the dead-letter queue: what stands there, its function could not take from it. */
  dead: number;
  /** Of a deployed stack, where CloudWatch has a figure. */
  oldestSeconds?: number;
}

export interface QueueReport {
  types: (QueueStatus & { type: string })[];
  deliveries: QueueStatus;
  /** Why nothing is known of ages, where something should be. */
  agesFault?: string;
}

/** Every queue of the stack: one for each job type, and that of webhook deliveries. */
export async function readQueues(stack: Stack): Promise<QueueReport> {
  const types = await listTypes(stack);
  const places = [
    ...types.map(({ name, ordered }) => ({ queue: name, ending: ordered ? '.fifo' : '' })),
    { queue: deliveryQueue, ending: '' },
  ];
  const names = places.map(({ queue, ending }) => `${stack.name}-${queue}${ending}`);
  const [counts, { ages, fault }] = await Promise.all([
    Promise.all(places.map(countBoth)),
    stack.isLocal ? { ages: new Map<string, number>(), fault: undefined } : findOldestMessages(names),
  ]);
  const statuses = counts.map((count, index): QueueStatus => {
    const oldestSeconds = ages.get(names[index] ?? '');
    return { ...count, ...(oldestSeconds !== undefined && { oldestSeconds }) };
  });
  const deliveries = statuses.pop() ?? { waiting: 0, delayed: 0, inFlight: 0, dead: 0 };
  return {
    types: statuses.map((status, index) => ({ type: types[index]?.name ?? '', ...status })),
    deliveries,
    ...(fault !== undefined && { agesFault: fault }),
  };
}

async function countBoth({ queue, ending }: { queue: string; ending: string }) {
  const [counts, dead] = await Promise.all([
    countMessages(`${queue}${ending}`),
    countMessages(`${queue}-dead${ending}`),
  ]);
  return { ...counts, dead: dead.waiting + dead.delayed + dead.inFlight };
}

/** The report as a table; with the ages of a deployed stack. */
export function describeQueues({ types, deliveries, agesFault }: QueueReport, { isLocal }: Stack): string {
  const rowOf = (name: string, { waiting, delayed, inFlight, dead, oldestSeconds }: QueueStatus) => [
    name,
    waiting,
    delayed,
    inFlight,
    dead,
    ...(isLocal ? [] : [age(oldestSeconds)]),
  ];
  const table = columns(
    ['QUEUE', 'WAITING', 'DELAYED', 'IN FLIGHT', 'DEAD', ...(isLocal ? [] : ['OLDEST'])],
    [...types.map((type) => rowOf(type.type, type)), rowOf('webhook deliveries', deliveries)],
  );
  return agesFault === undefined ? table : `${table}\n${agesFault}`;
}

function age(seconds: number | undefined): string {
  if (seconds === undefined) return '-';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
