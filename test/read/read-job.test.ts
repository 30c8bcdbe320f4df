import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamo, sqs } from '../../lambdas/aws/clients.ts';
import { placeInput } from '../../lambdas/aws/job-payloads.ts';
import { claimFirstRun, createJob, findJob } from '../../lambdas/aws/job-store.ts';
import { statisticsKey } from '../../lambdas/aws/keys.ts';
import { newJob } from '../../lambdas/core/job-changes.ts';
import { jobId } from '../../lambdas/core/job-id.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import type { Job, SubmitRequest } from '../../protocol/types.ts';
import { type CrashStage, openCrashStage } from '../crash/crash-stage.ts';
import { restCalls } from '../support/rest-calls.ts';

let stage: CrashStage;
let call: ReturnType<typeof restCalls>;

beforeAll(async () => {
  stage = await openCrashStage(['echo']);
  call = restCalls(stage);
});
afterAll(() => stage.stop());

const minutes = (count: number) => count * 60_000;

/** A job whose submit was some time ago, and whose message was never sent. */
async function oldJob(ageMs: number, more: Partial<SubmitRequest> = {}, ordered = false): Promise<JobRecord> {
  const now = Date.now() - ageMs;
  const id = jobId({ tenant: 'acme', secret: 's' });
  const submit = { type: 'echo', input: { value: 1 }, ...more };
  const text = JSON.stringify(submit.input);
  const input = placeInput({ id, createdAtMs: now }, 'digest', text);
  const type = { limits: defaultLimits, ordered };
  const record = newJob(submit, { id, tenant: 'acme', type, digest: 'digest', input, now });
  await createJob(record, text);
  return record;
}

const read = (id: string, headers: Record<string, string> = {}) =>
  call('read-job', 'getJob', { path: { id }, headers });

describe('getJob', () => {
  test('costs one Query, once the environment is warm', async () => {
    const { id } = await oldJob(0);
    await read(id);
    await read(id);
    const { calls, status } = await read(id);
    expect([status, calls]).toEqual([200, ['Query']]);
  });

  test('holds an answer past the deadline while the run has a moment to stop', async () => {
    const { id } = await oldJob(minutes(1) + 2_000, { deadlineSeconds: 60 });
    const { createdAtMs } = (await findJob(id)) ?? { createdAtMs: 0 };
    await claimFirstRun(id, { createdAtMs, now: createdAtMs, leaseUntilMs: Date.now() + minutes(1) });
    const startMs = performance.now();
    const { body } = await read(id, { prefer: 'wait=20' });
    expect(body.status).toBe('timed-out');
    expect(performance.now() - startMs).toBeGreaterThan(1_000);
  });

  test('costs nothing where the id cannot be one, and says nothing of another tenant', async () => {
    expect(await read('job_x')).toMatchObject({ status: 404, calls: [] });
    const { id } = await oldJob(0);
    const other = await call<object>('read-job', 'getJob', { path: { id }, authorizer: { tenant: 'other' } });
    const unknown = await call<object>('read-job', 'getJob', { path: { id: `job_${'a'.repeat(26)}` } });
    expect(other.status).toBe(404);
    expect({ ...other.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
  });

  test('sends the message of a job again that nobody has claimed for over 15 minutes, once an hour', async () => {
    const { id } = await oldJob(minutes(16));
    expect((await read(id)).calls).toEqual(expect.arrayContaining(['UpdateItem', 'SendMessage']));
    expect((await read(id)).calls).not.toContain('SendMessage');
    await stage.drain('echo');
    expect((await read(id)).body.status).toBe('succeeded');
  });

  test('sends the message to the queue that the type has now: it was ordered when the job was submitted, or was not', async () => {
    const once = await oldJob(minutes(16), { orderKey: 'one' }, true);
    expect((await read(once.id)).calls).toContain('SendMessage');
    await stage.drain('echo');
    expect((await read(once.id)).body.status).toBe('succeeded');

    await stage.createQueue('ordered-echo.fifo', { FifoQueue: 'true' });
    const { id } = await oldJob(minutes(16), { type: 'ordered-echo' });
    expect(await read(id)).toMatchObject({ status: 200, calls: expect.arrayContaining(['SendMessage']) });
    const QueueUrl = stage.queueUrl('ordered-echo.fifo');
    const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages.map(({ Body = '' }) => JSON.parse(Body).job)).toEqual([id]);
  });

  test('answers with the job though its queue takes no message', async () => {
    const { id } = await oldJob(minutes(16), { type: 'flaky' });
    expect(await read(id)).toMatchObject({ status: 200, body: { status: 'queued' } });
  });

  test('ends a job that nobody can run any more: its type is gone', async () => {
    const { id } = await oldJob(minutes(16), { type: 'gone' });
    const { status, body } = await read(id);
    expect([status, body.status, body.error?.code]).toEqual([200, 'failed', 'dead-lettered']);
    expect(body.error?.message).toContain('gone');
    expect((await read(id)).calls).toEqual(['Query']);
  });

  test('leaves a job alone that is held back by its delay', async () => {
    const { id } = await oldJob(minutes(14), { delaySeconds: 900 });
    expect((await read(id)).calls).not.toContain('SendMessage');
  });

  test('ends a job past its deadline that no run ends', async () => {
    const { id } = await oldJob(minutes(2), { deadlineSeconds: 60 });
    const { body } = await read(id);
    expect(body).toMatchObject({ status: 'timed-out', done: true, error: { code: 'deadline-exceeded' } });
    expect((await findJob(id))?.announcedSeq).toBe(2);
    expect((await read(id)).calls).toEqual(['Query']);
  });

  test('ends a job that is not done after 14 days', async () => {
    const { id } = await oldJob(minutes(14 * 24 * 60 + 1));
    expect((await read(id)).body).toMatchObject({ status: 'timed-out', done: true });
  });

  test('readers at the same moment end a job once', async () => {
    const { id } = await oldJob(minutes(2), { deadlineSeconds: 60 });
    const answers = await Promise.all([1, 2, 3, 4].map(() => read(id)));
    for (const { body } of answers) expect(body).toMatchObject({ status: 'timed-out', seq: 2 });
    expect((await findJob(id))?.events).toHaveLength(2);
  });

  test('holds an answer until the deadline that falls into the wait', async () => {
    const { id } = await oldJob(minutes(1) - 500, { deadlineSeconds: 60 });
    const { body, headers } = await read(id, { prefer: 'wait=20' });
    expect(body.status).toBe('timed-out');
    expect(headers['preference-applied']).toBe('wait=20');
  });

  test('tells when to ask again by how long runs of the type last and how many jobs wait', async () => {
    const Item = marshall({ ...statisticsKey('echo'), meanMs: 30_000, atMs: Date.now() });
    await dynamo().send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item }));
    /** What an environment tells that is born now: at its first read it knows nothing, by the second it does. */
    const retryAfters = async () => {
      await stage.plan('read-job', []);
      const { id } = await oldJob(0);
      const answers = [await read(id), await read(id)];
      return answers.map(({ headers }) => Number(headers['retry-after']));
    };
    expect(await retryAfters()).toEqual([1, 30]);
    for (let waiting = 0; waiting < 10; waiting += 1) {
      await call('submit-job', 'submitJob', { body: { type: 'echo', input: { value: waiting } } });
    }
    expect(await retryAfters()).toEqual([1, 30 * (1 + 10 / defaultLimits.concurrency)]);
    await stage.drain('echo');
  });

  test('answers 304 to who has the job already', async () => {
    const { id } = await oldJob(0);
    const { headers } = await read(id);
    const again = await read(id, { 'if-none-match': headers.etag ?? '' });
    expect([again.status, again.body, again.headers.etag]).toEqual([304, undefined, headers.etag]);
  });
});

describe('cancelJob', () => {
  const cancel = (id: string) => call('cancel-job', 'cancelJob', { path: { id } });

  test('ends a queued job, tells it, and notes that it is told', async () => {
    const { id } = await oldJob(0);
    const { status, body } = await cancel(id);
    expect([status, body.status]).toEqual([200, 'canceled']);
    expect((await findJob(id))?.announcedSeq).toBe(2);
    expect((await cancel(id)).status).toBe(409);
  });

  test('asks the run that holds the job, once', async () => {
    const { id } = await oldJob(0);
    const { createdAtMs } = (await findJob(id)) ?? { createdAtMs: 0 };
    await claimFirstRun(id, { createdAtMs, now: Date.now(), leaseUntilMs: Date.now() + minutes(1) });
    const [first, again] = [await cancel(id), await cancel(id)];
    expect([first.status, first.body.status, again.status]).toEqual([202, 'running', 202]);
    expect(again.calls).toEqual(['Query']);
  });

  test('ends a job at once whose run is dead', async () => {
    const { id } = await oldJob(0);
    const { createdAtMs } = (await findJob(id)) ?? { createdAtMs: 0 };
    await claimFirstRun(id, { createdAtMs, now: Date.now(), leaseUntilMs: Date.now() - 1 });
    expect(await cancel(id)).toMatchObject({ status: 200, body: { status: 'canceled' } });
  });
});

describe('listJobs', () => {
  test('gives each job once, newest first, page by page, with a link to the next', async () => {
    const authorizer = { tenant: 'lister' };
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      const { body } = await call('submit-job', 'submitJob', {
        body: { type: 'echo', input: { value: n } },
        authorizer,
      });
      made.unshift(body.id);
    }
    const seen: string[] = [];
    let page: string | undefined;
    do {
      const query = { limit: '2', type: 'echo', ...(page !== undefined && { page }) };
      const answer = await call<{ items: Job[]; next?: string }>('read-job', 'listJobs', { query, authorizer });
      seen.push(...answer.body.items.map(({ id }) => id));
      page = answer.body.next;
      if (page !== undefined) {
        expect(answer.headers.link).toBe(
          `<http://rest.test/v1/jobs?${new URLSearchParams({ limit: '2', type: 'echo', page })}>; rel="next"`,
        );
      }
    } while (page !== undefined);
    expect(seen).toEqual(made);
  });
});
