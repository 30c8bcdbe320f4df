import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeInput } from '../../lambdas/aws/job-payloads.ts';
import { changeJob, createJob, findJob } from '../../lambdas/aws/job-store.ts';
import { bury, newJob } from '../../lambdas/core/job-changes.ts';
import { jobId } from '../../lambdas/core/job-id.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import type { Job, Json } from '../../protocol/types.ts';
import { type CrashStage, openCrashStage } from '../crash/crash-stage.ts';
import { restCalls } from '../support/rest-calls.ts';

let stage: CrashStage;
let call: ReturnType<typeof restCalls>;
beforeAll(async () => {
  stage = await openCrashStage(['echo', 'crash']);
  call = restCalls(stage);
});
afterAll(() => stage.stop());

interface Answer {
  jobs: string[];
  more?: true;
  next?: string;
  code?: string;
}

let tenants = 0;

/** A tenant of its own, with what its operator does. */
function operator() {
  tenants += 1;
  const tenant = `operated-${tenants}`;
  const authorizer = { tenant, scopes: 'admin' };
  const list = async (name: string, operation: 'listDeadLetters' | 'listJobs') =>
    (await call<{ items: Job[] }>(name, operation, { authorizer })).body.items.map(({ id }) => id);
  return {
    async die(type: string, input: Json): Promise<Job> {
      const now = Date.now();
      const id = jobId({ tenant, secret: 's' });
      const text = JSON.stringify(input);
      const stored = placeInput({ id, createdAtMs: now }, 'digest', text);
      const options = { id, tenant, type: { limits: defaultLimits, ordered: false }, digest: 'digest', now };
      await createJob(newJob({ type, input }, { ...options, input: stored }), text);
      await letDie(id);
      return (await call('read-job', 'getJob', { path: { id }, authorizer })).body;
    },
    redrive: (body: unknown) => call<Answer>('submit-job', 'redriveDeadLetters', { body, authorizer }),
    read: async (id = '') => (await call('read-job', 'getJob', { path: { id }, authorizer })).body,
    deadLetters: () => list('dead-letters', 'listDeadLetters'),
    jobs: () => list('read-job', 'listJobs'),
  };
}

/** Ends a job as out of runs, without three deaths. */
async function letDie(id: string): Promise<void> {
  const record = await findJob(id);
  if (!record || !(await changeJob(record, bury(record, Date.now())))) throw new Error('Cannot bury the job');
}

const good = { value: 1 };
const partOfStream = { parts: 1, intervalMs: 0, bytes: 1 };

test('makes one new job for each dead letter, however often it is asked, and empties the list', async () => {
  const { die, redrive, read, deadLetters } = operator();
  const dead = await die('crash', { mode: 'exit' });
  expect(await deadLetters()).toEqual([dead.id]);
  const named = await redrive({ jobs: [dead.id] });
  expect([named.status, named.body.jobs.length]).toEqual([202, 1]);
  expect(await deadLetters()).toEqual([]);
  expect((await redrive({ jobs: [dead.id] })).body.jobs).toEqual(named.body.jobs);
  expect((await redrive({})).body).toEqual({ jobs: [] });
  const { input, links } = await read(named.body.jobs[0]);
  expect([input, links.retryOf]).toEqual([{ mode: 'exit' }, dead.links.self]);
});

test('makes no job of those that are named, where one of them cannot be redriven', async () => {
  const { die, redrive, deadLetters, jobs } = operator();
  const dead = [await die('echo', good), await die('echo', { value: 1, delayMs: 'long' })].map(({ id }) => id);
  const refused = await redrive({ jobs: dead });
  expect([refused.status, refused.body.code]).toEqual([422, 'invalid-input']);
  expect((await jobs()).toSorted()).toEqual(dead.toSorted());
  expect((await redrive({})).body.jobs).toHaveLength(1);
  expect(await deadLetters()).toEqual([dead[1]]);
});

test('says that nothing could be sent, and leaves it in the list', async () => {
  const { die, redrive, deadLetters } = operator();
  const { id } = await die('stumble', { parts: 2 });
  for (const body of [{}, { jobs: [id] }, { type: 'stumble' }]) {
    const { status, body: problem, headers } = await redrive(body);
    expect([status, problem.code, headers['retry-after']]).toEqual([503, 'unavailable', '2']);
  }
  expect(await deadLetters()).toEqual([id]);
});

test('goes on with what is left, and takes none that died since the first request', async () => {
  const { die, redrive, deadLetters } = operator();
  await die('echo', good);
  const waiting = await die('stream', partOfStream);
  const first = (await redrive({})).body;
  expect(first).toEqual({ jobs: [expect.any(String)], more: true, next: expect.any(String) });
  await letDie(first.jobs[0] ?? '');
  expect((await redrive({ page: first.next })).status).toBe(503);
  await stage.createQueue('stream');
  const second = (await redrive({ page: first.next })).body;
  expect(second).toEqual({ jobs: [expect.any(String)] });
  expect(second.jobs[0]).not.toBe(waiting.id);
  expect(await deadLetters()).toEqual(first.jobs);
});

test.each(['', 'x', 5])('refuses the page %j', async (page) => {
  const { status, body } = await operator().redrive({ page });
  expect([status, body]).toMatchObject([422, { errors: [{ pointer: '/page' }] }]);
});
