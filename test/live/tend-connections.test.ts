import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type Connection, findConnection, putConnection } from '../../lambdas/aws/connections.ts';
import { findJob } from '../../lambdas/aws/job-store.ts';
import type { Watcher } from '../../lambdas/core/job-record.ts';
import { joinTimeoutMs } from '../../lambdas/core/watching.ts';
import { handler } from '../../lambdas/tend-connections.ts';
import { play, putJob, tenant } from './play-job.ts';
import { useSocketStand } from './use-socket-stand.ts';

const stand = useSocketStand();
let opened = 0;
const minuteMs = 60_000;

beforeEach(() => stand.gone.clear());

/** Opens a connection, as of now. */
async function open(given: Partial<Connection> = {}): Promise<string> {
  const id = `c${++opened}`;
  const nowMs = Date.now();
  const row: Connection = {
    id,
    principal: { tenant, keyId: 'k', scopes: ['jobs:read'] },
    protocol: 'jobwire.v1',
    openedAtMs: nowMs,
    lastMessageAtMs: nowMs,
    countedFromMs: nowMs,
    messages: 0,
    subscriptions: {},
    ...given,
  };
  await putConnection(row, nowMs + 5 * minuteMs);
  return id;
}

/** Lets minutes go by, with the rule's call in each. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    vi.setSystemTime(Date.now() + minuteMs);
    await handler();
  }
}

/** A job that a connection is subscribed to as `s`. */
async function follow(connection: string, state: Partial<Watcher> = { state: 'live' }) {
  return await putJob([{ connection, subscription: 's', state: 'joining', afterSeq: 1, ...state }]);
}

describe('handler()', () => {
  it('closes a connection that has been idle for 5 minutes, and not before', async () => {
    const id = await open();
    await pass(4);
    expect(stand.closed).not.toContain(id);
    await pass(2);
    expect(stand.closed).toContain(id);
    expect(await findConnection(id)).toBeUndefined();
  });

  it('leaves a connection that sent a message, or follows a job, until that has been so for 5 minutes', async () => {
    const job = await follow('c-follows');
    const takenAtMs = Date.now();
    const chatty = await open({ lastMessageAtMs: Date.now() + 3 * minuteMs });
    const follows = await open({ subscriptions: { s: { job: job.id, takenAtMs } } });
    const { record } = await play('claim', { ...job, watchers: [] });
    await pass(7);
    expect(await findConnection(chatty)).toBeDefined();
    expect(await findConnection(follows)).toBeDefined();
    await pass(3);
    expect(await findConnection(chatty)).toBeUndefined();
    await play('succeed', record);
  });

  it('forgets a connection that ended unnoticed within 15 minutes, with its watchers', async () => {
    const id = await open();
    const job = await follow(id);
    await open();
    const busy = await open({ subscriptions: { s: { job: job.id, takenAtMs: Date.now() } } });
    stand.gone.add(id);
    stand.gone.add(busy);
    await pass(7);
    expect(await findConnection(id)).toBeUndefined();
    expect(await findConnection(busy)).toBeUndefined();
  });

  it('frees a subscription whose job has ended, then closes the idle connection', async () => {
    const id = await open();
    const { record } = await play('claim', await follow(id));
    await play('succeed', record);
    const row = await findConnection(id);
    if (row) await putConnection({ ...row, subscriptions: { s: { job: record.id, takenAtMs: 0 } } }, Date.now());
    await pass(1);
    expect((await findConnection(id))?.subscriptions).toEqual({});
    await pass(5);
    expect(await findConnection(id)).toBeUndefined();
  });

  it.each(['joining', 'never added'])('has a client subscribe again whose subscribe died while %s', async (how) => {
    const takenAtMs = Date.now();
    const id = await open();
    const job = how === 'joining' ? await follow(id, { joinedAtMs: takenAtMs }) : await putJob();
    const row = await findConnection(id);
    const subscriptions = { s: { job: job.id, takenAtMs } };
    if (row) await putConnection({ ...row, subscriptions }, takenAtMs + joinTimeoutMs + 1);
    await pass(2);
    expect(stand.sent(id)).toMatchObject([{ type: 'error', id: 's', error: { code: 'unavailable' } }]);
    expect((await findConnection(id))?.subscriptions).toEqual({});
    expect((await findJob(job.id))?.watchers).toEqual([]);
  });

  it('tells a connection to reconnect once before its 2 hours are over, and forgets it then', async () => {
    const id = await open();
    const job = await follow(id);
    const row = await findConnection(id);
    const subscriptions = { s: { job: job.id, takenAtMs: Date.now() } };
    if (row) await putConnection({ ...row, subscriptions }, Date.now() + 5 * minuteMs);
    await pass(109);
    expect(stand.sent(id)).toEqual([]);
    await pass(9);
    expect(stand.sent(id)).toEqual([{ type: 'reconnect' }]);
    await pass(5);
    expect(await findConnection(id)).toBeUndefined();
    expect((await findJob(job.id))?.watchers).toEqual([]);
  }, 60_000);

  it('catches up with the minutes of calls that were missed', async () => {
    const id = await open();
    vi.setSystemTime(Date.now() + 30 * minuteMs);
    await handler();
    expect(await findConnection(id)).toBeUndefined();
  });
});
