import { deliveryQueue } from '../lambdas/aws/delivery-queue.ts';
import { listEndpoints } from '../lambdas/aws/endpoints.ts';
import { listTroubles, type TroubledReceiver } from './breakers.ts';
import { columns } from './columns.ts';
import { countDeadLetters } from './count-entries.ts';
import { type KnownType, listTypes } from './job-types.ts';
import { countMessages, type QueueCounts } from './queue-counts.ts';
import type { Stack } from './stack-target.ts';
import { listTenants } from './tenants.ts';
import { counted, type Report, type Request } from './verb.ts';

interface QueueStatus extends QueueCounts {
  /** Messages in the dead-letter queue: what stands there, its function could not take from it. */
  dead: number;
}

interface Status {
  stack: string;
  types: (QueueStatus & { type: string })[];
  deliveries: QueueStatus;
  /** Jobs listed as dead letters, by tenant; those with none are left out. */
  deadLetters: { tenant: string; jobs: number }[];
  receivers: TroubledReceiver[];
  disabledEndpoints: { id: string; tenant: string; url: string; at?: string; reason: string }[];
}

/** `status`: what waits, what runs, what has died, and which receivers are in trouble. */
export async function showStatus({ stack, tenant }: Request): Promise<Report> {
  const tenants = await listTenants(tenant);
  const [types, deliveries, dead, receivers, disabled] = await Promise.all([
    listTypes(stack).then((all) => Promise.all(all.map(typeStatus))),
    queueStatus(deliveryQueue, `${deliveryQueue}-dead`),
    Promise.all(tenants.map(async (each) => ({ tenant: each, jobs: await countDeadLetters(each) }))),
    listTroubles(),
    Promise.all(tenants.map(disabledEndpoints)),
  ]);
  const status: Status = {
    stack: stack.name,
    types,
    deliveries,
    deadLetters: dead.filter(({ jobs }) => jobs > 0),
    receivers,
    disabledEndpoints: disabled.flat(),
  };
  return { json: status, text: describe(status, stack) };
}

async function typeStatus({ name, ordered }: KnownType) {
  const ending = ordered ? '.fifo' : '';
  return { type: name, ...(await queueStatus(`${name}${ending}`, `${name}-dead${ending}`)) };
}

async function queueStatus(queue: string, deadLetterQueue: string): Promise<QueueStatus> {
  const [counts, dead] = await Promise.all([countMessages(queue), countMessages(deadLetterQueue)]);
  return { ...counts, dead: dead.waiting + dead.delayed + dead.inFlight };
}

async function disabledEndpoints(tenant: string): Promise<Status['disabledEndpoints']> {
  const endpoints = await listEndpoints(tenant, { consistent: false });
  return endpoints
    .filter(({ enabled }) => !enabled)
    .map(({ id, url, disabledAtMs, disabledReason }) => ({
      id,
      tenant,
      url,
      ...(disabledAtMs !== undefined && { at: new Date(disabledAtMs).toISOString() }),
      reason: disabledReason ?? 'by its tenant',
    }));
}

function describe({ types, deliveries, deadLetters, receivers, disabledEndpoints }: Status, { place }: Stack): string {
  const rowOf = (name: string, { waiting, delayed, inFlight, dead }: QueueStatus) => [
    name,
    waiting,
    delayed,
    inFlight,
    dead,
  ];
  const queues = columns(
    ['QUEUE', 'WAITING', 'DELAYED', 'IN FLIGHT', 'DEAD'],
    [...types.map((type) => rowOf(type.type, type)), rowOf('webhook deliveries', deliveries)],
  );
  return [`Status of ${place}`, queues, dead(deadLetters), troubles(receivers), disabled(disabledEndpoints)].join(
    '\n\n',
  );
}

function dead(deadLetters: Status['deadLetters']): string {
  if (deadLetters.length === 0) return 'No job is a dead letter.';
  const rows = deadLetters.map(({ tenant, jobs }) => [tenant, jobs]);
  return `${columns(['TENANT', 'DEAD LETTERS'], rows)}\nSee them with: npm run ops -- dead-letters`;
}

function troubles(receivers: TroubledReceiver[]): string {
  if (receivers.length === 0) return 'No webhooks wait for a receiver that fails.';
  const rows = receivers.map(({ receiver, isOpen, failuresInARow, failingSince = '-', waitingDeliveries }) => [
    receiver,
    isOpen ? 'probed each minute' : 'answers again',
    failuresInARow,
    failingSince,
    waitingDeliveries,
  ]);
  const open = receivers.filter((each) => each.isOpen).length;
  const headings = ['RECEIVER', 'STATE', 'FAILURES', 'SINCE', 'WAITING'];
  return `${counted(open, 'receiver')} failing:\n${columns(headings, rows)}\nSee one with: npm run ops -- endpoint show <id>`;
}

function disabled(endpoints: Status['disabledEndpoints']): string {
  if (endpoints.length === 0) return 'No endpoint is disabled.';
  const rows = endpoints.map(({ id, tenant, url, at = '-', reason }) => [id, tenant, reason, at, url]);
  return columns(['DISABLED ENDPOINT', 'TENANT', 'WHY', 'SINCE', 'URL'], rows);
}
