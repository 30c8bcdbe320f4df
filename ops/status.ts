import { listEndpoints } from '../lambdas/aws/endpoints.ts';
import { listTroubles, type TroubledReceiver } from './breakers.ts';
import { columns } from './columns.ts';
import { countDeadLetters } from './count-entries.ts';
import { describeQueues, type QueueReport, readQueues } from './queue-status.ts';
import type { Stack } from './stack-target.ts';
import { listTenants } from './tenants.ts';
import { counted, type Report, type Request } from './verb.ts';

interface Status extends QueueReport {
  stack: string;
  /** Jobs listed as dead letters, by tenant; those with none are left out. */
  deadLetters: { tenant: string; jobs: number }[];
  receivers: TroubledReceiver[];
  disabledEndpoints: { id: string; tenant: string; url: string; at?: string; reason: string }[];
}

/** `status`: what waits, what runs, what has died, and which receivers are in trouble. */
export async function showStatus({ stack, tenant }: Request): Promise<Report> {
  const tenants = await listTenants(tenant);
  const [queues, dead, receivers, disabled] = await Promise.all([
    readQueues(stack),
    Promise.all(tenants.map(async (each) => ({ tenant: each, jobs: await countDeadLetters(each) }))),
    listTroubles(),
    Promise.all(tenants.map(disabledEndpoints)),
  ]);
  const status: Status = {
    stack: stack.name,
    ...queues,
    deadLetters: dead.filter(({ jobs }) => jobs > 0),
    receivers,
    disabledEndpoints: disabled.flat(),
  };
  return { json: status, text: describe(status, stack) };
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

function describe(status: Status, stack: Stack): string {
  const { deadLetters, receivers, disabledEndpoints } = status;
  return [
    `Status of ${stack.place}`,
    describeQueues(status, stack),
    dead(deadLetters),
    troubles(receivers),
    disabled(disabledEndpoints),
  ].join('\n\n');
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
