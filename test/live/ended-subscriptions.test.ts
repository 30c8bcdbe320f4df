import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamo } from '../../lambdas/aws/clients.ts';
import { findConnection, putConnection } from '../../lambdas/aws/connections.ts';
import { subscribe } from '../../lambdas/live/subscribe.ts';
import { limits } from '../../protocol/limits.ts';
import { callOf } from './call-of.ts';
import { play, putJob } from './play-job.ts';
import { type SocketStand, startSocketStand } from './socket-stand.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));

let stand: SocketStand;

beforeAll(async () => {
  stand = await startSocketStand();
});
afterAll(() => stand.stop());

/** Counts the calls to the table while `work` runs. */
async function tableCalls(work: () => Promise<void>): Promise<number> {
  const client = dynamo();
  const send = client.send.bind(client);
  let calls = 0;
  Object.assign(client, {
    send(command: Parameters<typeof send>[0]) {
      calls += 1;
      return send(command);
    },
  });
  await work();
  Object.assign(client, { send });
  return calls;
}

/** A connection that holds `count` subscriptions to a job that has ended since. */
async function holder(count: number): Promise<string> {
  const { connection } = await callOf();
  const names = Array.from({ length: count }, (_, index) => `old-${index}`);
  const watchers = names.map((subscription) => ({
    connection: connection.id,
    subscription,
    state: 'live' as const,
    afterSeq: 1,
  }));
  const { record } = await play('claim', await putJob(watchers));
  const { id: job } = (await play('succeed', record)).record;
  const subscriptions = Object.fromEntries(names.map((name) => [name, { job, takenAtMs: 1 }]));
  await putConnection({ ...connection, subscriptions }, Date.now() + 300_000);
  return connection.id;
}

const heldBy = async (id: string) => Object.keys((await findConnection(id))?.subscriptions ?? {});

describe('the ids of subscriptions whose job has ended', () => {
  it('are freed as new ones are taken: a connection that follows job after job holds a few', async () => {
    const { id } = (await callOf()).connection;
    let most = 0;
    for (let turn = 0; turn < 40; turn += 1) {
      const job = await putJob();
      await subscribe({ type: 'subscribe', id: `s${turn}`, job: job.id }, await callOf(id));
      const { record } = await play('claim', job);
      await play('succeed', record);
      most = Math.max(most, (await heldBy(id)).length);
    }
    expect(most).toBeLessThanOrEqual(10);
  });

  it('stand in the way of nobody at the limit, and one read finds them all', async () => {
    const id = await holder(limits.maxSubscriptionsPerConnection);
    const call = await callOf(id);
    const { id: job } = await putJob();
    const calls = await tableCalls(() => subscribe({ type: 'subscribe', id: 'new', job }, call));
    expect(await heldBy(id)).toEqual(['new']);
    expect(calls).toBeLessThanOrEqual(8);
  });

  it('stand in the way of none of 50 messages that come at once', async () => {
    const id = await holder(limits.maxSubscriptionsPerConnection);
    const waiting = await Promise.all(Array.from({ length: 50 }, () => putJob()));
    const messages = waiting.map(({ id: job }, index) => ({ type: 'subscribe' as const, id: `s${index}`, job }));
    const call = await callOf(id);
    const outcomes = await Promise.allSettled(messages.map((message) => subscribe(message, { ...call })));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect((await heldBy(id)).toSorted()).toEqual(messages.map((message) => message.id).toSorted());
  });

  it('are told from those that live on: the limit holds for these', async () => {
    const id = await holder(limits.maxSubscriptionsPerConnection - 1);
    const alive = await putJob();
    await subscribe({ type: 'subscribe', id: 'alive', job: alive.id }, await callOf(id));
    for (let turn = 1; turn < limits.maxSubscriptionsPerConnection; turn += 1)
      await subscribe({ type: 'subscribe', id: `s${turn}`, job: (await putJob()).id }, await callOf(id));
    const more = subscribe({ type: 'subscribe', id: 'more', job: (await putJob()).id }, await callOf(id));
    await expect(more).rejects.toMatchObject({ code: 'too-many-subscriptions' });
    expect(await heldBy(id)).toContain('alive');
  });
});
