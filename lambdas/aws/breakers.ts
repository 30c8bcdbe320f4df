import { type AttributeValue, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { limits } from '../../protocol/limits.ts';
import { type BreakerState, failuresToOpen, isOpen, probePauseMs } from '../core/circuit-breaker.ts';
import { env } from '../env.ts';
import { dynamo } from './clients.ts';
import { breakerKey, dueKeys, type ItemKey } from './keys.ts';
import { unlessRefused } from './unless-refused.ts';

/** Breakers in the due index: those that are open, or have something waiting behind them. */
export const breakerDueKind = 'breaker';
const keptSeconds = 40 * 86_400;
/** What an endpoint that does well has none of. */
const failureFields = 'failures, failingSinceMs, lastFailureMs, failedProbes';

/** A breaker as it is kept. What it lets through at the same time are `slots`, each `<end in ms> <mark>`. */
interface Breaker extends BreakerState {
  slots: Set<string>;
  us?: string;
}

/** A place among the requests that an endpoint gets at the same time; a holder that died leaves it at its end. */
export interface Slot {
  mark: string;
  untilMs: number;
}

/** What a breaker says to whoever comes: `open` and `full` let nobody in. */
export type Entry = 'entered' | 'open' | 'full';

const slotText = ({ mark, untilMs }: Slot) => `${untilMs} ${mark}`;
const pointsTo = (id: string) => ({ TableName: env('TABLE_NAME'), Key: marshall(breakerKey(id)) });

/** Takes a slot, unless the breaker is open (a probe passes all the same) or all slots are taken: one write either way. */
export async function enterBreaker(
  id: string,
  slot: Slot,
  { isProbe, now }: { isProbe: boolean; now: number },
): Promise<Entry> {
  for (let attempt = 0; ; attempt += 1) {
    if (await takeSlot(id, slot, { isProbe, now })) return 'entered';
    const breaker = await findBreaker(id);
    if (breaker?.slots.has(slotText(slot))) return 'entered';
    if (breaker && isOpen(breaker) && !isProbe) return 'open';
    const dead = [...(breaker?.slots ?? [])].filter((text) => Number.parseInt(text, 10) <= now);
    // Where it is full no more, or its holders are dead, one more look is worth it.
    const hasRoom = (breaker?.slots.size ?? 0) - dead.length < limits.maxWebhookConcurrency;
    if (attempt > 0 || !hasRoom) return 'full';
    if (dead.length > 0)
      await update(id, {
        UpdateExpression: 'DELETE slots :dead',
        ExpressionAttributeValues: { ':dead': { SS: dead } },
      });
  }
}

async function takeSlot(id: string, slot: Slot, { isProbe, now }: { isProbe: boolean; now: number }): Promise<boolean> {
  const isFree = '(attribute_not_exists(slots) OR size(slots) < :max)';
  const isClosed = '(attribute_not_exists(failures) OR failures < :open)';
  const answer = await update(id, {
    UpdateExpression: 'ADD slots :slot SET #ttl = :ttl',
    ConditionExpression: isProbe ? isFree : `${isFree} AND ${isClosed}`,
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: {
      ':slot': { SS: [slotText(slot)] },
      ':max': { N: String(limits.maxWebhookConcurrency) },
      ...(!isProbe && { ':open': { N: String(failuresToOpen) } }),
      ':ttl': { N: String(Math.floor(now / 1000) + keptSeconds) },
    },
  });
  return answer !== undefined;
}

/** Gives a slot back without an opinion. */
export async function leaveBreaker(id: string, slot: Slot): Promise<void> {
  await update(id, {
    UpdateExpression: 'DELETE slots :slot',
    ExpressionAttributeValues: { ':slot': { SS: [slotText(slot)] } },
  });
}

/** Gives a slot back after a success, which closes the breaker. What waits behind it stays on the minute rule's list. */
export async function closeBreaker(id: string, slot: Slot): Promise<void> {
  await update(id, {
    UpdateExpression: `DELETE slots :slot REMOVE ${failureFields}`,
    ExpressionAttributeValues: { ':slot': { SS: [slotText(slot)] } },
  });
}

interface Failure {
  now: number;
  isProbe?: boolean;
}

/** Gives a slot back after a failure, and returns how the endpoint has been doing. The one too many opens the breaker. */
export async function noteFailure(id: string, slot: Slot, { now, isProbe = false }: Failure): Promise<BreakerState> {
  const breaker = await update(id, {
    UpdateExpression: `ADD failures :one${isProbe ? ', failedProbes :one' : ''} DELETE slots :slot SET failingSinceMs = if_not_exists(failingSinceMs, :now), lastFailureMs = :now`,
    ExpressionAttributeValues: { ':one': { N: '1' }, ':slot': { SS: [slotText(slot)] }, ':now': { N: String(now) } },
  });
  if (!breaker) throw new Error(`Cannot note a failure of ${id}: the table has refused it`);
  if (isOpen(breaker) && breaker.us === undefined) await watchBreaker(id, now);
  return breaker;
}

/** Puts a breaker on the minute rule's list, unless it is there. `hasParked`: a delivery has just begun to wait behind it. */
export async function watchBreaker(id: string, now: number, { hasParked = false } = {}): Promise<void> {
  const { up, us } = dueKeys(breakerDueKind, now + probePauseMs, id);
  await update(id, {
    UpdateExpression: `SET up = if_not_exists(up, :up), us = if_not_exists(us, :us)${hasParked ? ', parkedAtMs = :now' : ''}`,
    ExpressionAttributeValues: marshall({ ':up': up, ':us': us, ...(hasParked && { ':now': now }) }),
  });
}

/** Has a breaker looked at again in a minute, where the minute rule has put it off for longer, or is about to do so. */
export async function hastenBreaker(id: string, now: number): Promise<void> {
  const { up, us } = dueKeys(breakerDueKind, now + probePauseMs, id);
  const { us: due } = dueKeys(breakerDueKind, now, id);
  await update(id, {
    UpdateExpression: 'SET up = :up, us = :us',
    // One that is due may have sent its probe, and be put off next, as what it was.
    ConditionExpression: 'us > :us OR us <= :due',
    ExpressionAttributeValues: marshall({ ':up': up, ':us': us, ':due': due }),
  });
}

/** Puts a breaker off until `untilMs`; false where another call of the minute rule was first. */
export async function postponeBreaker(id: string, former: string, untilMs: number): Promise<boolean> {
  const { up, us } = dueKeys(breakerDueKind, untilMs, id);
  const answer = await update(id, {
    UpdateExpression: 'SET up = :up, us = :us',
    ConditionExpression: 'us = :former',
    ExpressionAttributeValues: marshall({ ':up': up, ':us': us, ':former': former }),
  });
  return answer !== undefined;
}

/** Takes a breaker off the minute rule's list, unless a delivery has begun to wait behind it since `state`. */
export async function unwatchBreaker(id: string, { parkedAtMs }: BreakerState, { forget = false } = {}): Promise<void> {
  await update(id, {
    UpdateExpression: `REMOVE up, us, parkedAtMs${forget ? `, ${failureFields}` : ''}`,
    ConditionExpression: parkedAtMs === undefined ? 'attribute_not_exists(parkedAtMs)' : 'parkedAtMs = :parked',
    ...(parkedAtMs !== undefined && { ExpressionAttributeValues: marshall({ ':parked': parkedAtMs }) }),
  });
}

/** How an endpoint has been doing; undefined where nobody has come yet. */
export async function findBreaker(id: string): Promise<Breaker | undefined> {
  const { Item } = await dynamo().send(new GetItemCommand({ ...pointsTo(id), ConsistentRead: true }));
  return Item && parse(Item);
}

/** Forgets all failures: for an endpoint that is enabled anew, or has another URL. What waits behind it is let go by the minute rule. */
export async function resetBreaker(id: string): Promise<void> {
  await update(id, { UpdateExpression: `REMOVE ${failureFields}` });
}

interface Update {
  UpdateExpression: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
}

async function update(id: string, expressions: Update): Promise<Breaker | undefined> {
  const command = new UpdateItemCommand({ ...pointsTo(id), ...expressions, ReturnValues: 'ALL_NEW' });
  const updated = await unlessRefused(dynamo().send(command));
  return updated?.Attributes && parse(updated.Attributes);
}

function parse(item: Record<string, AttributeValue>): Breaker {
  const values = unmarshall(item);
  const {
    failures = 0,
    slots = new Set<string>(),
    failingSinceMs,
    lastFailureMs,
    parkedAtMs,
    failedProbes,
    us,
  } = values;
  return {
    failures,
    slots,
    ...(failingSinceMs !== undefined && { failingSinceMs }),
    ...(lastFailureMs !== undefined && { lastFailureMs }),
    ...(parkedAtMs !== undefined && { parkedAtMs }),
    ...(failedProbes !== undefined && { failedProbes }),
    ...(us !== undefined && { us }),
  };
}

/** The breaker of a key. */
export const breakerOf = ({ pk }: ItemKey): string => pk.slice(breakerKey('').pk.length);
