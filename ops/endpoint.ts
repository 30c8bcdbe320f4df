import { setTimeout as pause } from 'node:timers/promises';
import { findDelivery } from '../lambdas/aws/deliveries.ts';
import { listEndpointDeliveries } from '../lambdas/aws/delivery-lists.ts';
import { findEndpoint } from '../lambdas/aws/endpoints.ts';
import { endpointIdPattern } from '../lambdas/core/delivery-id.ts';
import { type DeliveryRecord, presentDelivery } from '../lambdas/core/delivery-record.ts';
import { type EndpointRecord, presentEndpoint } from '../lambdas/core/endpoint-record.ts';
import type { DeliveryAttempt } from '../protocol/webhooks.ts';
import { findTrouble, type TroubledReceiver } from './breakers.ts';
import { bodyOf, callOperation } from './call-operation.ts';
import { columns } from './columns.ts';
import type { Stack } from './stack-target.ts';
import { listTenants } from './tenants.ts';
import { UsageError } from './usage-error.ts';
import type { Report, Request } from './verb.ts';

const actions = { show, enable, disable, test };

/** `endpoint`: one webhook endpoint, whichever tenant's it is. */
export async function endpoint({ stack, words, tenant, limit }: Request): Promise<Report> {
  const [action = '', id = '', ...more] = words;
  if (!Object.hasOwn(actions, action) || more.length > 0) {
    throw new UsageError(
      `Cannot do "endpoint ${words.join(' ')}": it must be endpoint show, enable, disable or test, and an id`,
    );
  }
  if (!endpointIdPattern.test(id)) {
    throw new UsageError(`Cannot ${action} the endpoint "${id}": an id is whk_ and 26 letters and digits`);
  }
  return actions[action as keyof typeof actions]({ stack, endpoint: await getEndpoint(id, tenant), limit });
}

interface Context {
  stack: Stack;
  endpoint: EndpointRecord;
  limit: number;
}

async function getEndpoint(id: string, tenant?: string): Promise<EndpointRecord> {
  const found = await Promise.all((await listTenants(tenant)).map((each) => findEndpoint(each, id)));
  const record = found.find((each) => each !== undefined);
  if (record) return record;
  const who = tenant === undefined ? 'no tenant has one' : `${tenant} has none`;
  throw new Error(`Cannot find the endpoint ${id}: ${who} with this id`);
}

async function show({ endpoint: record, limit }: Context): Promise<Report> {
  const { id, tenant } = record;
  const [trouble, { records, next }] = await Promise.all([findTrouble(id), listEndpointDeliveries(id, { limit })]);
  const deliveries = records.map(presentDelivery);
  const attempts = deliveries
    .flatMap((delivery) =>
      delivery.attempts.map((attempt) => ({ ...attempt, delivery: delivery.id, type: delivery.type })),
    )
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, limit);
  // Its headers may hold a receiver's credential: they stay sealed.
  const json = { ...presentEndpoint(record), tenant, ...(trouble && { trouble }), deliveries };
  const lines = [
    ...describe(record, trouble),
    '',
    attempts.length === 0
      ? 'No delivery has been tried.'
      : columns(
          ['ATTEMPT', 'EVENT', 'DELIVERY', 'MS', 'ANSWER'],
          attempts.map((attempt) => [
            attempt.at,
            attempt.type,
            attempt.delivery,
            attempt.durationMs,
            answerOf(attempt),
          ]),
        ),
    ...(next === undefined ? [] : [`Older ones: --limit ${limit * 2}`]),
  ];
  return { json, text: lines.join('\n') };
}

function describe(record: EndpointRecord, trouble: TroubledReceiver | undefined): string[] {
  const { id, tenant, url, events, types = ['all'], description } = record;
  return [
    `${id} of ${tenant}${description === undefined ? '' : `: ${description}`}`,
    `  url       ${url}`,
    `  events    ${events.join(', ')}`,
    `  types     ${types.join(', ')}`,
    `  state     ${stateOf(record, trouble)}`,
    `  waiting   ${trouble?.waitingDeliveries ?? 0}`,
  ];
}

function stateOf({ enabled, disabledReason, disabledAtMs }: EndpointRecord, trouble?: TroubledReceiver): string {
  if (!enabled) {
    if (disabledReason === undefined || disabledAtMs === undefined) return 'disabled by its tenant or an operator';
    const why = disabledReason === 'gone' ? 'it answered 410' : 'it failed for 5 days';
    return `disabled at ${new Date(disabledAtMs).toISOString()}, for ${why}`;
  }
  if (!trouble || trouble.failuresInARow === 0) return 'enabled, and well';
  const since = `${trouble.failuresInARow} failures in a row since ${trouble.failingSince}`;
  return trouble.isOpen ? `enabled, but failing: ${since}; probed once a minute` : `enabled; ${since}`;
}

const answerOf = ({ status, error, probe }: DeliveryAttempt) =>
  `${status ?? error ?? 'none'}${probe ? ' (probe)' : ''}`;

function enable(context: Context): Promise<Report> {
  return setEnabled(context, true);
}

function disable(context: Context): Promise<Report> {
  return setEnabled(context, false);
}

async function setEnabled({ stack, endpoint: { id, tenant } }: Context, enabled: boolean): Promise<Report> {
  const action = enabled ? 'enable' : 'disable';
  const answer = await callOperation(stack, 'changeWebhook', { tenant, path: { id }, body: { enabled } });
  bodyOf(answer, `${action} ${id} of ${tenant}`);
  const next = enabled
    ? 'What failed before is sent again when its tenant asks for it (recover).'
    : 'What is on its way is not sent any more.';
  return { json: { id, tenant, enabled }, text: `${id} of ${tenant} is ${action}d. ${next}` };
}

const testTimeoutMs = 25_000;
const lookEveryMs = 300;

async function test({ stack, endpoint: { id, tenant } }: Context): Promise<Report> {
  const answer = await callOperation(stack, 'testWebhook', { tenant, path: { id } });
  const delivery = String(bodyOf(answer, `test ${id} of ${tenant}`).id);
  const record = await waitForAttempt(delivery);
  const attempt = record && presentDelivery(record).attempts.at(-1);
  if (!attempt) {
    throw new Error(
      `Cannot tell how ${id} answered: ${delivery} has not been tried in ${testTimeoutMs / 1000} s, see \`npm run ops -- status\``,
    );
  }
  const isGood = record.status === 'delivered';
  const json = { id, tenant, delivery, delivered: isGood, attempt };
  const text = `${id} of ${tenant} ${isGood ? 'took' : 'did not take'} a test: ${answerOf(attempt)} after ${attempt.durationMs} ms (${delivery})`;
  return { json, text, ...(!isGood && { isBad: true }) };
}

async function waitForAttempt(delivery: string): Promise<DeliveryRecord | undefined> {
  const untilMs = performance.now() + testTimeoutMs;
  while (performance.now() < untilMs) {
    const record = await findDelivery(delivery);
    if (record && (record.attempts.length > 0 || record.status !== 'pending')) return record;
    await pause(lookEveryMs);
  }
  return undefined;
}
