import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { findConnection, putConnection } from '../../lambdas/aws/connections.ts';
import { findJob } from '../../lambdas/aws/job-store.ts';
import type { JobRecord, Watcher } from '../../lambdas/core/job-record.ts';
import { presentEvent } from '../../lambdas/core/job-view.ts';
import { joinTimeoutMs } from '../../lambdas/core/watching.ts';
import { announce } from '../../lambdas/deliver/announce.ts';
import { flushMetrics } from '../../lambdas/edge/metrics.ts';
import type { JobEvent } from '../../protocol/types.ts';
import { play, putJob, tenant } from '../live/play-job.ts';
import { type SocketStand, startSocketStand } from '../live/socket-stand.ts';
import { readEmf, sumOf } from '../observe/emf.ts';

let stand: SocketStand;
const restUrl = 'http://rest.test/v1';

beforeAll(async () => {
  stand = await startSocketStand();
});
afterAll(() => stand.stop());
beforeEach(() => {
  stand.gone.clear();
  stand.slowMs.clear();
});

const live = (connection: string, subscription = 's', afterSeq = 1): Watcher => ({
  connection,
  subscription,
  state: 'live',
  afterSeq,
});

/** A job that has run to its end under the eyes of `watchers`, with its events. */
async function finishedJob(watchers: Watcher[]): Promise<{ record: JobRecord; events: JobEvent[] }> {
  const claimed = await play('claim', await putJob(watchers));
  const { record } = await play('progress', claimed.record);
  const { record: ended } = await play('succeed', record);
  const output = { text: '' };
  return { record: ended, events: ended.events.map((event) => presentEvent(ended, event, { restUrl, output })) };
}

async function openConnection(id: string, subscriptions: Record<string, { job: string; takenAtMs: number }>) {
  const row = { openedAtMs: 0, lastMessageAtMs: 0, countedFromMs: 0, messages: 0, subscriptions };
  const principal = { tenant, keyId: 'k', scopes: ['jobs:read' as const] };
  await putConnection({ id, principal, protocol: 'jobwire.v1', ...row }, Date.now());
}

it('announce() tells each live watcher what it has not seen, in order, then that it is complete', async () => {
  const { record, events } = await finishedJob([live('a'), live('a', 't', 2), live('b', 's', 4)]);
  await announce(record, events);
  const told = stand
    .sent('a')
    .map((message) => ['id' in message && message.id, message.type === 'event' ? message.event.seq : message.type]);
  expect(told).toEqual([
    ['s', 2],
    ['s', 4],
    ['s', 'complete'],
    ['t', 4],
    ['t', 'complete'],
  ]);
  expect(stand.sent('b')).toEqual([]);
});

/** Pushes that were counted as failed since this was last asked. */
function pushesFailed(): number {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  flushMetrics();
  const lines = write.mock.calls.map(([line]) => String(line));
  write.mockRestore();
  return sumOf(lines.flatMap(readEmf), 'PushesFailed');
}

it('announce() removes all that is kept of a connection that is gone, and tells the others', async () => {
  const other = await putJob([live('c')]);
  const { record, events } = await finishedJob([live('c'), live('d')]);
  const takenAtMs = Date.now();
  await openConnection('c', { s: { job: record.id, takenAtMs }, t: { job: other.id, takenAtMs } });
  stand.gone.add('c');
  await announce(record, events);
  expect(stand.sent('d')).toHaveLength(3);
  expect(await findConnection('c')).toBeUndefined();
  expect((await findJob(record.id))?.watchers.map(({ connection }) => connection)).toEqual(['d']);
  expect(pushesFailed()).toBe(0);
});

it('announce() lets no watcher wait for one that hangs, and drops that one in bounded time', async () => {
  const { record, events } = await finishedJob([live('hung'), live('quick')]);
  stand.slowMs.set('hung', Number.POSITIVE_INFINITY);
  const startedAtMs = Date.now();
  let toldAfterMs = 0;
  const poll = setInterval(() => {
    if (stand.sent('quick').length === 3) toldAfterMs ||= Date.now() - startedAtMs;
  }, 5);
  await announce(record, events);
  clearInterval(poll);
  expect(toldAfterMs).toBeGreaterThan(0);
  // Posts to the one that hangs are given up after 4 s.
  expect(toldAfterMs).toBeLessThan(3_500);
  expect(Date.now() - startedAtMs).toBeLessThan(20_000);
  expect(stand.closed).toContain('hung');
  expect((await findJob(record.id))?.watchers.map(({ connection }) => connection)).toEqual(['quick']);
  expect(pushesFailed()).toBe(1);
}, 30_000);

it('announce() keeps the order of two announcements to a connection that is slow', async () => {
  const { record, events } = await finishedJob([live('slow')]);
  stand.slowMs.set('slow', 50);
  await Promise.all(events.map((event) => announce(record, [event])));
  const told = stand.sent('slow').map((message) => (message.type === 'event' ? message.event.seq : message.type));
  expect(told).toEqual([2, 4, 'complete']);
});

it('announce() ends a join whose function died, and has its client subscribe again', async () => {
  const joinedAtMs = Date.now() - joinTimeoutMs - 1;
  const lost: Watcher = { connection: 'e', subscription: 's', state: 'joining', joinedAtMs, afterSeq: 0 };
  const fresh: Watcher = { ...lost, subscription: 't', joinedAtMs: Date.now() };
  const { record, events } = await finishedJob([lost, fresh]);
  await openConnection('e', { s: { job: record.id, takenAtMs: joinedAtMs } });
  await announce(record, events);
  expect(stand.sent('e')).toMatchObject([{ type: 'error', id: 's', error: { code: 'unavailable' } }]);
  expect((await findConnection('e'))?.subscriptions).toEqual({});
  expect((await findJob(record.id))?.watchers.map(({ subscription }) => subscription)).toEqual(['t']);
});

it('announce() never throws for what lies behind a connection', async () => {
  const { record, events } = await finishedJob([live('f')]);
  const callback = process.env.LIVE_CALLBACK_URL;
  process.env.LIVE_CALLBACK_URL = 'http://127.0.0.1:9/live';
  await expect(announce(record, events)).resolves.toBeUndefined();
  process.env.LIVE_CALLBACK_URL = callback;
});
