import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeJob, findJob } from '../../lambdas/aws/job-store.ts';
import { addWatcher, removeWatcher, turnLive } from '../../lambdas/aws/job-watchers.ts';
import { cancel, claim } from '../../lambdas/core/job-changes.ts';
import type { JobRecord, Watcher } from '../../lambdas/core/job-record.ts';
import { type JobStage, openJobStage } from '../support/job-stage.ts';

let stage: JobStage;
beforeAll(async () => {
  stage = await openJobStage();
});
afterAll(() => stage.stop());

const joining = (subscription: string): Watcher => ({
  connection: 'c',
  subscription,
  state: 'joining',
  joinedAtMs: 1,
  afterSeq: 0,
});
const add = ({ id }: Pick<JobRecord, 'id'>, subscription: string, tenant = 'acme') =>
  addWatcher(id, joining(subscription), { tenant, nowMs: Date.now() });

describe('watchers', () => {
  it('join, go live and leave without a condition on each other', async () => {
    const record = await stage.submit();
    const odd = '"other".#\u0000';
    await Promise.all([add(record, 'one'), add(record, odd)]);
    const live = await turnLive(record, { ...joining('one'), afterSeq: 1 });
    expect(live?.watchers).toContainEqual({ connection: 'c', subscription: 'one', state: 'live', afterSeq: 1 });
    expect(live?.watchers).toContainEqual(joining(odd));
    expect(await removeWatcher(record.id, { connection: 'c', subscription: 'one' })).toBe(true);
    expect(await removeWatcher(record.id, joining('never there'))).toBe(false);
    expect((await findJob(record.id))?.watchers).toEqual([joining(odd)]);
  });

  it('go live only where nothing has happened since the last event posted to them', async () => {
    const record = await stage.submit();
    await add(record, 's');
    await changeJob(record, claim(record, { now: 1, leaseUntilMs: 2 }));
    expect(await turnLive(record, { ...joining('s'), afterSeq: 1 })).toBeUndefined();
    expect(await turnLive(record, { ...joining('left'), afterSeq: 2 })).toBeUndefined();
    expect(await turnLive(record, { ...joining('s'), joinedAtMs: 2, afterSeq: 2 })).toBeUndefined();
    expect(await turnLive(record, { ...joining('s'), afterSeq: 2 })).toBeDefined();
  });

  it('are at most 100 for a job', async () => {
    const record = await stage.submit();
    for (let index = 0; index < 100; index += 1) expect(await add(record, `${index}`)).toBeDefined();
    expect(await add(record, 'one more')).toBeUndefined();
    expect(await add(record, '7')).toBeDefined();
    await removeWatcher(record.id, joining('7'));
    expect(await add(record, 'one more')).toBeDefined();
  });

  it('are refused by a job that is gone, done, or of another tenant', async () => {
    const [record, done] = [await stage.submit(), await stage.submit()];
    await changeJob(done, cancel(done, 1));
    expect(await add({ id: 'job_dddddddddddddddddddddddddd' }, 's')).toBeUndefined();
    expect(await add(done, 's')).toBeUndefined();
    expect(await add(record, 's', 'other')).toBeUndefined();
    expect(await findJob('job_dddddddddddddddddddddddddd')).toBeUndefined();
  });
});
