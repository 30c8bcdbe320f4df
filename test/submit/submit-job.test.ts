import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamo, sqs } from '../../lambdas/aws/clients.ts';
import { headAttributes } from '../../lambdas/aws/job-item.ts';
import { findJob } from '../../lambdas/aws/job-store.ts';
import { headKey, statisticsKey } from '../../lambdas/aws/keys.ts';
import type { Job } from '../../protocol/types.ts';
import { type CrashStage, openCrashStage } from '../crash/crash-stage.ts';
import { restCalls } from '../support/rest-calls.ts';

let stage: CrashStage;
let call: ReturnType<typeof restCalls>;

beforeAll(async () => {
  stage = await openCrashStage(['echo', 'flaky']);
  call = restCalls(stage);
});
afterAll(() => stage.stop());

const small = { type: 'echo', input: { value: 1 } };
const submit = (body: unknown = small, headers: Record<string, string> = {}) =>
  call('submit-job', 'submitJob', { body, headers });
const retry = (id: string, headers: Record<string, string> = {}) =>
  call('submit-job', 'retryJob', { path: { id }, headers });

async function canceled(): Promise<Job> {
  const { body } = await submit();
  return (await call('cancel-job', 'cancelJob', { path: { id: body.id } })).body;
}

/** Makes of a job what a deployment had left for which its type was ordered, or was not. */
async function setOrderKey(id: string, orderKey?: string): Promise<void> {
  await dynamo().send(
    new UpdateItemCommand({
      TableName: process.env.TABLE_NAME,
      Key: marshall(headKey(id)),
      UpdateExpression: orderKey === undefined ? 'REMOVE #o' : 'SET #o = :o',
      ExpressionAttributeNames: { '#o': headAttributes.orderKey },
      ...(orderKey !== undefined && { ExpressionAttributeValues: marshall({ ':o': orderKey }) }),
    }),
  );
}

describe('submitJob', () => {
  test('costs a put and a send once the environment is warm', async () => {
    await submit();
    expect((await submit()).calls).toEqual(['PutItem', 'SendMessage']);
  });

  test('costs one put more for an input over 256 bytes', async () => {
    const large = { type: 'echo', input: { value: 'v'.repeat(300) } };
    expect((await submit(large)).calls).toEqual(['PutItem', 'PutItem', 'SendMessage']);
  });

  test('a repeat reads the job that is there, and sends its message again while nobody has claimed it', async () => {
    const headers = { 'idempotency-key': 'again' };
    const first = await submit(small, headers);
    const again = await submit(small, headers);
    expect(again.calls).toEqual(['PutItem', 'GetItem', 'UpdateItem', 'SendMessage']);
    expect([again.status, again.body.id]).toEqual([202, first.body.id]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    await call('cancel-job', 'cancelJob', { path: { id: first.body.id } });
    const late = await submit(small, headers);
    expect(late.calls).toEqual(['PutItem', 'GetItem']);
    expect([late.status, late.body.status]).toEqual([202, 'canceled']);
  });

  test('a repeat sends the message to the queue that the type has now: it was ordered at the first submit', async () => {
    const key = 'once-ordered';
    const { body } = await submit(small, { 'idempotency-key': key });
    await setOrderKey(body.id, 'k');
    const again = await submit(small, { 'idempotency-key': key });
    expect([again.status, again.body.id, again.calls.at(-1)]).toEqual([202, body.id, 'SendMessage']);
    const batch = await call<{ results: { status: number }[] }>('submit-job', 'submitBatch', {
      body: { jobs: [{ ...small, idempotencyKey: key }] },
    });
    expect(batch.body.results).toMatchObject([{ status: 202, job: { id: body.id } }]);
  });

  test('a repeat sends the message to the queue that the type has now: it was not ordered at the first submit', async () => {
    const asked = [{ type: 'ordered-echo', input: { value: 1 } }, { 'idempotency-key': 'now-ordered' }] as const;
    const first = await submit(...asked);
    expect(first.status).toBe(500);
    const { items } = (await call<{ items: Job[] }>('read-job', 'listJobs', { query: { type: 'ordered-echo' } })).body;
    const id = items[0]?.id ?? '';
    await setOrderKey(id);
    await stage.createQueue('ordered-echo.fifo', { FifoQueue: 'true' });
    expect(await submit(...asked)).toMatchObject({ status: 202, body: { id } });
    const QueueUrl = stage.queueUrl('ordered-echo.fifo');
    const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages.map(({ Body = '' }) => JSON.parse(Body).job)).toEqual([id]);
  });

  test('a job that is queued is accepted, also where nobody can wait for it', async () => {
    stage.failing.add('GetItem');
    const { status, body, headers } = await submit(small, { prefer: 'wait=5' });
    stage.failing.clear();
    expect([status, body.status, body.input]).toEqual([202, 'queued', small.input]);
    expect(headers).not.toHaveProperty('preference-applied');
    expect(await findJob(body.id)).toBeDefined();
  });

  test('says from the first answer on when to ask, by how long runs of the type last', async () => {
    const Item = marshall({ ...statisticsKey('flaky'), meanMs: 30_000, atMs: Date.now() });
    await dynamo().send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item }));
    const { headers } = await submit({ type: 'flaky', input: { failures: 0 } });
    // 30 s for itself, and a twentieth of that where its own message is counted already.
    expect(['30', '32']).toContain(headers['retry-after']);
  });

  test('a refused submit costs nothing', async () => {
    expect((await submit({ type: 'echo' })).calls).toEqual([]);
    expect((await submit({ type: 'nope', input: 1 })).calls).toEqual([]);
  });

  test('counts a tenant in chunks, and refuses what is beyond its limit', async () => {
    const authorizer = { tenant: 'limited', jobsPerWindow: '300' };
    const answers = [];
    for (let n = 0; n < 4; n += 1) answers.push(await call('submit-job', 'submitJob', { body: small, authorizer }));
    expect(answers.filter(({ calls }) => calls.includes('UpdateItem'))).toHaveLength(1);
    expect(answers.map(({ headers }) => headers.ratelimit?.split(';')[1])).toEqual([
      'r=299',
      'r=298',
      'r=297',
      'r=296',
    ]);
    const few = { tenant: 'few', jobsPerWindow: '1' };
    expect((await call('submit-job', 'submitJob', { body: small, authorizer: few })).status).toBe(202);
    const refused = await call<{ code: string }>('submit-job', 'submitJob', { body: small, authorizer: few });
    expect([refused.status, refused.body.code, refused.calls]).toEqual([429, 'rate-limited', []]);
    expect(refused.headers).toMatchObject({ 'ratelimit-policy': '"jobs";q=1;w=60' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('another environment learns what this one has counted', async () => {
    const authorizer = { tenant: 'shared', jobsPerWindow: '2' };
    const send = () => call('submit-job', 'submitJob', { body: small, authorizer });
    await send();
    await stage.plan('submit-job', []);
    expect((await send()).status).toBe(202);
    expect((await send()).status).toBe(429);
  });
});

describe('submitBatch', () => {
  interface Results {
    results: {
      status: number;
      job?: Job;
      problem?: { code: string; detail: string; errors?: { pointer: string }[] };
    }[];
  }
  const batch = (jobs: unknown[], headers: Record<string, string> = {}) =>
    call<Results>('submit-job', 'submitBatch', { body: { jobs }, headers });

  test('puts each job, and sends them by tens', async () => {
    const { status, body, calls } = await batch(Array.from({ length: 25 }, () => small));
    expect(status).toBe(207);
    expect(new Set(body.results.map(({ job }) => job?.id)).size).toBe(25);
    expect(calls.filter((name) => name === 'PutItem')).toHaveLength(25);
    expect(calls.filter((name) => name === 'SendMessageBatch')).toHaveLength(3);
    expect(calls.slice(-3)).toEqual(Array(3).fill('SendMessageBatch'));
  });

  test('refuses each bad entry alone, and points into it', async () => {
    const { body } = await batch([small, { type: 'nope', input: 1 }, 5, { ...small, delaySeconds: -1 }]);
    expect(body.results.map(({ status, problem }) => [status, problem?.code])).toEqual([
      [202, undefined],
      [422, 'unknown-type'],
      [422, 'invalid-input'],
      [422, 'invalid-input'],
    ]);
    expect(body.results[3]?.problem?.errors?.[0]?.pointer).toBe('/jobs/3/delaySeconds');
  });

  test('lists ten faults of an entry, and counts the others', async () => {
    const odd = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`odd${index}`, 1]));
    const { body } = await batch([{ ...small, ...odd }]);
    expect(body.results[0]?.problem?.errors).toHaveLength(10);
    expect(body.results[0]?.problem?.detail).toContain(
      '60 fields are not allowed as they are; 50 of them are not listed',
    );
  });

  test('refuses what its queue does not take, alone', async () => {
    const { body } = await batch([small, { type: 'stream', input: { parts: 1, intervalMs: 0, bytes: 1 } }]);
    expect(body.results.map(({ status, problem }) => problem?.code ?? status)).toEqual([202, 'unavailable']);
  });

  test('takes the first of two entries with one key: the second is a repeat or a mismatch', async () => {
    const keyed = { ...small, idempotencyKey: 'twice' };
    const { body } = await batch([keyed, keyed, { ...keyed, input: { value: 2 } }]);
    expect(body.results.map(({ status, problem }) => problem?.code ?? status)).toEqual([
      202,
      202,
      'idempotency-mismatch',
    ]);
    expect(body.results[1]?.job?.id).toBe(body.results[0]?.job?.id);
  });

  test('a key in the header makes the whole batch repeatable', async () => {
    const headers = { 'idempotency-key': 'whole' };
    const ids = async () => (await batch([small, small], headers)).body.results.map(({ job }) => job?.id);
    const first = await ids();
    expect(new Set(first).size).toBe(2);
    expect(await ids()).toEqual(first);
  });

  test('grants what is left of the rate, and refuses the rest', async () => {
    const authorizer = { tenant: 'batching', jobsPerWindow: '2' };
    const { body, headers } = await call<Results>('submit-job', 'submitBatch', {
      body: { jobs: [small, 5, small, small] },
      authorizer,
    });
    expect(body.results.map(({ status }) => status)).toEqual([202, 422, 202, 429]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await batch([small])).headers).not.toHaveProperty('retry-after');
  });
});

describe('retryJob', () => {
  test('makes one new job, however often it is asked', async () => {
    const old = await canceled();
    const [first, again] = [await retry(old.id), await retry(old.id)];
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(first.body.id).not.toBe(old.id);
    expect(again.body.id).toBe(first.body.id);
    expect(first.body.links.retryOf).toBe(old.links.self);
    expect([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']]).toEqual([undefined, 'true']);
  });

  test('makes another one under a key of the client', async () => {
    const old = await canceled();
    const [first, other] = [await retry(old.id), await retry(old.id, { 'idempotency-key': 'once-more' })];
    expect(other.body.id).not.toBe(first.body.id);
    expect((await retry(old.id, { 'idempotency-key': 'once-more' })).body.id).toBe(other.body.id);
  });

  test('keeps what the old job was asked for, but its delay', async () => {
    const asked = { ...small, delaySeconds: 600, deadlineSeconds: 700, metadata: { a: 'b' } };
    const { body: old } = await submit(asked);
    await call('cancel-job', 'cancelJob', { path: { id: old.id } });
    const { body } = await retry(old.id);
    expect([body.input, body.metadata]).toEqual([small.input, { a: 'b' }]);
    const record = await findJob(body.id);
    expect(record?.notBeforeMs).toBeUndefined();
    expect((record?.deadlineAtMs ?? 0) - (record?.createdAtMs ?? 0)).toBe(700_000);
  });

  test('refuses a job that is not done, and one of another tenant', async () => {
    const { body } = await submit();
    expect((await retry(body.id)).status).toBe(409);
    const old = await canceled();
    const other = await call('submit-job', 'retryJob', { path: { id: old.id }, authorizer: { tenant: 'other' } });
    expect(other.status).toBe(404);
  });
});
