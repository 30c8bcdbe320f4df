import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamo } from '../../lambdas/aws/clients.ts';
import { findConnection, takeSubscription } from '../../lambdas/aws/connections.ts';
import { findJob } from '../../lambdas/aws/job-store.ts';
import { disconnect } from '../../lambdas/live/disconnect.ts';
import { subscribe } from '../../lambdas/live/subscribe.ts';
import { unsubscribe } from '../../lambdas/live/unsubscribe.ts';
import { callOf } from './call-of.ts';
import { interrupt, playOn, seqsOf, typesOf } from './interrupt.ts';
import { play, plays, putJob, tenant } from './play-job.ts';
import { type SocketStand, startSocketStand } from './socket-stand.ts';

vi.mock('jobwire:manifest', () => ({ default: { types: {} } }));

let stand: SocketStand;

beforeAll(async () => {
  stand = await startSocketStand();
});
afterAll(() => stand.stop());

/** The seqs that no subscription may miss: all but those of progress, which newer progress may replace. */
const kept = [1, 2, 3, 4, 6, 7, 8, 10];
const progress = [5, 9];

describe('subscribe() racing the writes of a worker', () => {
  const names = Object.keys(plays);
  const races = names.map((name, index) => [name, index] as const);

  it.each(races)('tells every event once and in order, with "%s" between any two of its calls', async (name, index) => {
    for (const announcesLater of [false, true])
      for (let n = 1; ; n += 1) {
        let head = await playOn(await putJob(), names.slice(0, index));
        const call = await callOf();
        let announce = async () => {};
        const end = interrupt(stand, n, async () => {
          const step = await play(name, head);
          head = step.record;
          if (announcesLater) announce = step.announce;
          else await step.announce();
        });
        await subscribe({ type: 'subscribe', id: 's', job: head.id }, call);
        const calls = end();
        await announce();
        if (calls < n) break;
        await playOn(head, names.slice(index + 1));
        const messages = stand.sent(call.connection.id);
        const seqs = seqsOf(messages);
        expect(seqs.filter((seq) => !progress.includes(seq))).toEqual(kept);
        expect(seqs).toEqual([...seqs].sort((one, other) => one - other));
        expect(new Set(seqs).size).toBe(seqs.length);
        expect(typesOf(messages).at(0)).toBe('subscribed');
        expect(typesOf(messages).filter((type) => type === 'complete')).toEqual(['complete']);
        expect(typesOf(messages).at(-1)).toBe('complete');
      }
  });
});

describe('subscribe()', () => {
  it.each([0, 1, 2, 3, 4, 6, 7, 8, 9, 10])(
    'tells what follows cursor %i of a finished job, then completes',
    async (after) => {
      const { id } = await playOn(await putJob(), Object.keys(plays));
      const call = await callOf();
      await subscribe({ type: 'subscribe', id: 's', job: id, after }, call);
      const messages = stand.sent(call.connection.id);
      expect(seqsOf(messages)).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10].filter((seq) => seq > after));
      expect(typesOf(messages).at(-1)).toBe('complete');
      expect((await findConnection(call.connection.id))?.subscriptions).toEqual({});
    },
  );

  it.each([11, -1, 1.5, 'many', {}, true, '99999999999999999999'])(
    'resets a cursor that is none: %j',
    async (after) => {
      const { id } = await playOn(await putJob(), Object.keys(plays));
      const call = await callOf();
      await subscribe({ type: 'subscribe', id: 's', job: id, after }, call);
      const messages = stand.sent(call.connection.id);
      expect(typesOf(messages).slice(0, 3)).toEqual(['subscribed', 'reset', 'event']);
      expect(seqsOf(messages)).toEqual([1, 2, 3, 4, 6, 7, 8, 9, 10]);
    },
  );

  it('refuses an id that is in use, and takes it again once its job has ended', async () => {
    const first = await putJob();
    const second = await putJob();
    const call = await callOf();
    const { id } = call.connection;
    await subscribe({ type: 'subscribe', id: 's', job: first.id }, call);
    const again = subscribe({ type: 'subscribe', id: 's', job: second.id }, await callOf(id));
    await expect(again).rejects.toMatchObject({ code: 'invalid-message' });
    const head = await findJob(first.id);
    if (head) await playOn(head, ['claim', 'succeed']);
    await subscribe({ type: 'subscribe', id: 's', job: second.id }, await callOf(id));
    expect(typesOf(stand.sent(id)).at(-2)).toBe('subscribed');
  });

  it('lets one of two subscribes with the same id through', async () => {
    const { id: job } = await putJob();
    const call = await callOf();
    const message = { type: 'subscribe', id: 's', job } as const;
    const outcomes = await Promise.allSettled([subscribe(message, call), subscribe(message, { ...call })]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await findConnection(call.connection.id))?.subscriptions).toHaveProperty('s');
    expect(seqsOf(stand.sent(call.connection.id))).toEqual([1]);
  });

  it.each([
    ['of another tenant', 'other', 'not-found'],
    ['with a token for another job', tenant, 'forbidden'],
  ])('refuses a job %s', async (_, owner, code) => {
    const { id: job } = await putJob();
    const call = await callOf();
    const bound = owner === tenant ? { job: 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa' } : {};
    const principal = { ...call.connection.principal, tenant: owner, ...bound };
    const refused = subscribe(
      { type: 'subscribe', id: 's', job },
      { ...call, connection: { ...call.connection, principal } },
    );
    await expect(refused).rejects.toMatchObject({ code });
    expect((await findConnection(call.connection.id))?.subscriptions).toEqual({});
    expect((await findJob(job))?.watchers).toEqual([]);
  });

  it('refuses a message whose credential has ended', async () => {
    const { id: job } = await putJob();
    const call = await callOf();
    const principal = { ...call.connection.principal, expiresAtSeconds: Math.floor(Date.now() / 1000) - 1 };
    const connection = { ...call.connection, principal };
    const refused = subscribe({ type: 'subscribe', id: 's', job }, { ...call, connection });
    await expect(refused).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('costs three writes and no read for a job without parts', async () => {
    const { id: job } = await playOn(await putJob(), ['claim']);
    const call = await callOf();
    const client = dynamo();
    const send = client.send.bind(client);
    const sent: string[] = [];
    Object.assign(client, {
      send(command: Parameters<typeof send>[0]) {
        sent.push(command.constructor.name);
        return send(command);
      },
    });
    await subscribe({ type: 'subscribe', id: 's', job }, call);
    Object.assign(client, { send });
    expect(sent).toEqual(['UpdateItemCommand', 'UpdateItemCommand', 'UpdateItemCommand']);
  });

  it('refuses the 101st watcher of a job and the 101st subscription of a connection', async () => {
    const job = await putJob();
    const jobs = await Promise.all(Array.from({ length: 101 }, () => putJob()));
    for (let watcher = 0; watcher < 100; watcher += 1)
      await subscribe({ type: 'subscribe', id: 's', job: job.id }, await callOf());
    const late = subscribe({ type: 'subscribe', id: 's', job: job.id }, await callOf());
    await expect(late).rejects.toMatchObject({ code: 'too-many-subscriptions' });
    const { connection } = await callOf();
    for (const [index, { id }] of jobs.slice(0, 100).entries())
      await takeSubscription(connection.id, { subscription: `s${index}`, job: id, nowMs: Date.now() });
    const more = subscribe({ type: 'subscribe', id: 'more', job: jobs[100]?.id ?? '' }, await callOf(connection.id));
    await expect(more).rejects.toMatchObject({ code: 'too-many-subscriptions' });
  });

  it('gives up a log that is too long for one call, and leaves nothing behind', async () => {
    const job = await playOn(await putJob(), ['claim', ...Array.from({ length: 25 }, () => 'emit two parts')]);
    const call = { ...(await callOf()), remainingMs: () => 6_000 };
    const { id } = call.connection;
    stand.slowMs.set(id, 100);
    const startMs = performance.now();
    const refused = subscribe({ type: 'subscribe', id: 's', job: job.id }, call);
    await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - startMs).toBeLessThan(3_000);
    const seqs = seqsOf(stand.sent(id));
    expect(seqs.length).toBeGreaterThan(2);
    await expect(refused).rejects.toThrow(`up to event ${seqs.at(-1)},`);
    expect((await findJob(job.id))?.watchers).toEqual([]);
    expect((await findConnection(id))?.subscriptions).toEqual({});
  });

  it('removes its watcher and the row where the client is gone, at whichever post it finds out', async () => {
    for (let n = 1; n <= 3; n += 1) {
      const { id: job } = await playOn(await putJob(), ['claim']);
      const call = await callOf();
      const { id } = call.connection;
      let posts = 0;
      stand.beforePost = async () => {
        posts += 1;
        if (posts === n) stand.gone.add(id);
      };
      await subscribe({ type: 'subscribe', id: 's', job }, call);
      const head = await findJob(job);
      if (head) await playOn(head, ['emit two parts']);
      expect((await findJob(job))?.watchers).toEqual([]);
      expect(await findConnection(id)).toBeUndefined();
    }
    stand.beforePost = async () => {};
  });

  it('leaves no watcher where the client left, and its row with it, before the watcher was added', async () => {
    const { id: job } = await putJob();
    const call = await callOf();
    const { id } = call.connection;
    const end = interrupt(stand, 2, async () => {
      stand.gone.add(id);
      await disconnect(id);
    });
    await subscribe({ type: 'subscribe', id: 's', job }, call);
    end();
    expect((await findJob(job))?.watchers).toEqual([]);
    expect(await findConnection(id)).toBeUndefined();
  });
});

describe('unsubscribe()', () => {
  it('completes a live subscription, after which nothing is pushed', async () => {
    const job = await putJob();
    const call = await callOf();
    const { id } = call.connection;
    await subscribe({ type: 'subscribe', id: 's', job: job.id }, call);
    await unsubscribe({ type: 'unsubscribe', id: 's' }, await callOf(id));
    await playOn((await findJob(job.id)) ?? job, ['claim', 'succeed']);
    expect(typesOf(stand.sent(id))).toEqual(['subscribed', 'event', 'complete']);
    expect((await findConnection(id))?.subscriptions).toEqual({});
  });

  it('completes once, and last, between any two calls of the subscribe that it ends', async () => {
    // From the third on: the first two take the id and add the watcher.
    for (let n = 3; ; n += 1) {
      const job = await playOn(await putJob(), ['claim', 'emit two parts']);
      const call = await callOf();
      const { id } = call.connection;
      const end = interrupt(stand, n, async () => {
        await unsubscribe({ type: 'unsubscribe', id: 's' }, await callOf(id));
      });
      await subscribe({ type: 'subscribe', id: 's', job: job.id }, call);
      if (end() < n) break;
      await playOn((await findJob(job.id)) ?? job, ['progress', 'succeed']);
      const types = typesOf(stand.sent(id));
      expect(types.filter((type) => type === 'complete')).toEqual(['complete']);
      expect(types.at(-1)).toBe('complete');
      expect((await findConnection(id))?.subscriptions).toEqual({});
      expect((await findJob(job.id))?.watchers).toEqual([]);
    }
  });

  it('waits for a subscribe that the platform started at the same moment', async () => {
    const { id: job } = await putJob();
    const call = await callOf();
    const { id } = call.connection;
    const both = [
      unsubscribe({ type: 'unsubscribe', id: 's' }, { ...call }),
      subscribe({ type: 'subscribe', id: 's', job }, call),
    ];
    await Promise.all(both);
    expect(typesOf(stand.sent(id)).at(-1)).toBe('complete');
    expect((await findJob(job))?.watchers).toEqual([]);
  });

  it('completes what was never subscribed', async () => {
    const call = await callOf();
    await unsubscribe({ type: 'unsubscribe', id: 'x' }, call);
    expect(stand.sent(call.connection.id)).toEqual([{ type: 'complete', id: 'x' }]);
  });
});
