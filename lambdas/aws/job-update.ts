import { randomBytes } from 'node:crypto';
import { type AttributeValue, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { JobChange } from '../core/job-changes.ts';
import type { JobRecord } from '../core/job-record.ts';
import { env } from '../env.ts';
import { changedAttributes, headAttributes as head, nonceAttribute, packEvents } from './job-item.ts';
import { headKey } from './keys.ts';

/** A writer's mark, for a write that may have to be recognised. */
export const newNonce = (): string => randomBytes(6).toString('base64url');

interface Expression {
  conditions: string[];
  names: Record<string, string>;
  values: Record<string, AttributeValue>;
}

type ChangedJob = Pick<JobRecord, 'id' | 'tenant' | 'createdAtMs' | 'status' | 'run' | 'seq'>;

/** The UpdateItem of a change, on condition that HEAD is still as `record` shows it, and of what `more` says. */
export function updateOf(record: ChangedJob, change: JobChange, more?: Expression): UpdateItemCommand {
  const { conditions, names, values } = conditionsOf(record, change);
  const sets = ['#z = :status'];
  values[':status'] = { S: change.status };
  if (change.set.seq !== undefined) {
    names['#n'] = nonceAttribute;
    values[':n'] = { S: newNonce() };
    sets.push('#n = :n');
  }
  if (change.events.length > 0) {
    names['#e'] = head.events;
    values[':e'] = packEvents(change.events);
    sets.push('#e = list_append(#e, :e)');
  }
  const changed = changedAttributes(record, change);
  for (const [index, [attribute, value]] of Object.entries(changed.values).entries()) {
    names[`#v${index}`] = attribute;
    values[`:v${index}`] = value;
    sets.push(`#v${index} = :v${index}`);
  }
  const removes = changed.removed.map((attribute, index) => {
    names[`#u${index}`] = attribute;
    return `#u${index}`;
  });
  return new UpdateItemCommand({
    TableName: env('TABLE_NAME'),
    Key: marshall(headKey(record.id)),
    UpdateExpression: `SET ${sets.join(', ')}${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
    ConditionExpression: [...conditions, ...(more?.conditions ?? [])].join(' AND '),
    ExpressionAttributeNames: { ...names, ...more?.names },
    ExpressionAttributeValues: { ...values, ...more?.values },
    ReturnValues: 'ALL_NEW',
  });
}

/** That HEAD is of the same life and in the hands of the same run; for a change that adds events, at the same one. */
function conditionsOf({ createdAtMs, status, run, seq }: ChangedJob, change: JobChange): Expression {
  const { set, unset, unlessCanceled } = change;
  const conditions = ['#c = :c', '#z = :z', '#r = :r'];
  const names: Record<string, string> = { '#c': head.createdAtMs, '#z': head.status, '#r': head.run };
  const values = marshall({ ':c': createdAtMs, ':z': status, ':r': run });
  // Writes that add no event (a lease, a cancel request) need not fail because an event came in between.
  if (set.seq !== undefined) {
    conditions.push('#s = :s');
    names['#s'] = head.seq;
    values[':s'] = { N: String(seq) };
  }
  if (unlessCanceled) {
    conditions.push('attribute_not_exists(#cr)');
    names['#cr'] = head.cancelRequestedAtMs;
  }
  if (unset.includes('deadAtMs')) {
    // Of two that take a job off the list of dead letters at the same moment, one has done it.
    conditions.push('attribute_exists(#da)');
    names['#da'] = head.deadAtMs;
  }
  return { conditions, names, values };
}
