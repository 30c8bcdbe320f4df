import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sqs } from '../../lambdas/aws/clients.ts';
import { findConnection } from '../../lambdas/aws/connections.ts';
import { findJob } from '../../lambdas/aws/job-store.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { disconnect } from '../../lambdas/live/disconnect.ts';
import { submit } from '../../lambdas/live/submit.ts';
import { subscribe } from '../../lambdas/live/subscribe.ts';
import { callOf } from './call-of.ts';
import { interrupt, playOn, seqsOf, typesOf } from './interrupt.ts';
import { putJob } from './play-job.ts';
import { type SocketStand, startSocketStand } from './socket-stand.ts';

vi.mock('jobwire:manifest', async () => ({ default: { types: { echo: (await import('./play-job.ts')).type } } }));
vi.mock('jobwire:validators', () => ({ validators: { echo: () => true } }));

let stand: SocketStand;

beforeAll(async () => {
  stand = await startSocketStand();
  await stand.engines.createQueue('echo');
});
afterAll(() => stand.stop());
beforeEach(() => stand.gone.clear());

const message = (id = 's', more = {}) => ({ type: 'submit', id, job: { type: 'echo', input: 1, ...more } }) as const;

/** The job that a connection's subscription is for. */
async function jobOf(connection: string, id = 's'): Promise<JobRecord> {
  const row = await findConnection(connection);
  const job = await findJob(row?.subscriptions[id]?.job ?? '');
  if (!job) throw new Error(`Cannot find the job of ${id}: the connection has none of this name`);
  return job;
}

/** The ids of the jobs whose messages wait, which are taken. */
async function takeQueued(): Promise<string[]> {
  const QueueUrl = stand.engines.queueUrl('echo');
  const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  return Messages.map(({ Body = '' }) => JSON.parse(Body).job);
}

describe('subscribe()', () => {
  it('has the message of a job sent again that nobody has claimed for over 15 minutes', async () => {
    const { id } = await putJob();
    await takeQueued();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16 * 60_000 });
    const call = await callOf();
    await subscribe({ type: 'subscribe', id: 's', job: id }, call);
    vi.useRealTimers();
    expect(await takeQueued()).toEqual([id]);
    expect(typesOf(stand.sent(call.connection.id))).toEqual(['subscribed', 'event']);
  });
});

describe('submit()', () => {
  it('has queued the job before it says `accepted`', async () => {
    const call = await callOf();
    const { id } = call.connection;
    await takeQueued();
    const reached = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    stand.beforePost = async () => {
      reached.resolve();
      await goOn.promise;
    };
    const submitted = submit(message(), call);
    await reached.promise;
    expect(stand.sent(id)).toEqual([]);
    expect(await takeQueued()).toEqual([(await jobOf(id)).id]);
    stand.beforePost = async () => {};
    goOn.resolve();
    await submitted;
    expect(typesOf(stand.sent(id))).toEqual(['accepted', 'event']);
  });

  it.each([[['claim']], [['claim', 'emit two parts']], [['claim', 'emit two parts', 'progress', 'succeed']]])(
    'tells every event once and in order, with %j between any two of its calls',
    async (steps) => {
      const left = ['claim', 'emit two parts', 'progress', 'succeed'].slice(steps.length);
      // From the third on: the first two take the id and put the job.
      for (let n = 3; ; n += 1) {
        const call = await callOf();
        const { id } = call.connection;
        let head: JobRecord | undefined;
        const end = interrupt(stand, n, async () => {
          head = await playOn(await jobOf(id), steps);
        });
        await submit(message(), call);
        const isOver = end() < n;
        head ??= await playOn(await jobOf(id), steps);
        await playOn((await findJob(head.id)) ?? head, left);
        const messages = stand.sent(id);
        expect(typesOf(messages).at(0)).toBe('accepted');
        expect(seqsOf(messages).filter((seq) => seq !== 5)).toEqual([1, 2, 3, 4, 6]);
        expect(seqsOf(messages)).toEqual(seqsOf(messages).toSorted((one, other) => one - other));
        expect(typesOf(messages).filter((type) => type === 'complete')).toEqual(['complete']);
        expect(typesOf(messages).at(-1)).toBe('complete');
        if (isOver) break;
      }
    },
  );

  it('of a job that is there already follows the first one', async () => {
    const first = await callOf();
    await submit(message('s', { idempotencyKey: 'again' }), first);
    const job = await jobOf(first.connection.id);
    const second = await callOf();
    await submit(message('s', { idempotencyKey: 'again' }), second);
    await playOn((await findJob(job.id)) ?? job, ['claim', 'succeed']);
    for (const { connection } of [first, second]) expect(seqsOf(stand.sent(connection.id))).toEqual([1, 2, 3]);
  });

  it('leaves no watcher of a job whose queue did not take it: the id is good for another one', async () => {
    const call = await callOf();
    const { id } = call.connection;
    const client = sqs();
    const send = client.send.bind(client);
    let refused: JobRecord | undefined;
    Object.assign(client, {
      async send() {
        refused = await jobOf(id);
        throw Object.assign(new Error('no'), { name: 'ServiceUnavailable' });
      },
    });
    await expect(submit(message(), call)).rejects.toThrow('no');
    Object.assign(client, { send });
    expect((await findConnection(id))?.subscriptions).toEqual({});
    await submit(message(), await callOf(id));
    const other = await jobOf(id);
    const left = await findJob(refused?.id ?? '');
    expect(left?.watchers).toEqual([]);
    if (left) await playOn(left, ['claim', 'succeed']);
    await playOn(other, ['claim']);
    const told = stand.sent(id).flatMap((sent) => (sent.type === 'event' ? [sent.event.job] : []));
    expect(new Set(told)).toEqual(new Set([other.id]));
    expect(typesOf(stand.sent(id))).toEqual(['accepted', 'event', 'event']);
  });

  it('leaves no watcher where the client left, and its row with it, before the job was stored', async () => {
    const call = await callOf();
    const { id } = call.connection;
    let job = '';
    const end = interrupt(stand, 2, async () => {
      job = (await findConnection(id))?.subscriptions.s?.job ?? '';
      stand.gone.add(id);
      await disconnect(id);
    });
    await submit(message(), call);
    end();
    expect(await findJob(job)).toMatchObject({ status: 'queued', watchers: [] });
  });
});
