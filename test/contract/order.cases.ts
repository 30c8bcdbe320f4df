import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Job } from '../../protocol/types.ts';
import type { Api } from './api.ts';
import { type Case, eachRow, must } from './case.ts';
import { expectFaults, expectProblem } from './problem.ts';

const ordered = { types: ['ordered-echo'], slow: true };

interface Ran {
  value: number;
  startedAtMs: number;
  finishedAtMs: number;
}

/** Submits one after another, with one order key, and waits for all. */
async function inOrder({ submit, end }: Api, inputs: Record<string, unknown>[], orderKey: string): Promise<Job[]> {
  const ids: string[] = [];
  for (const input of inputs) ids.push((await submit({ type: 'ordered-echo', input, orderKey })).id);
  const jobs: Job[] = [];
  for (const id of ids) jobs.push(await end(id, 120_000));
  return jobs;
}

/** Long beside what a busy service takes to come to another job. */
const slowInput = { value: 1, delayMs: 15_000 };

/** That a job ran while a slow one, submitted before it, was running. */
function assertOverlap(slow: Job, other: Job): void {
  assert.deepEqual([slow.status, other.status], ['succeeded', 'succeeded']);
  const [first, second] = [slow.output, other.output] as unknown as Ran[];
  assert.ok(first && second && second.startedAtMs < first.finishedAtMs, 'it waited for the slow job');
}

/** Ordered job types: section 5. */
export const orderCases: Case[] = [
  must(
    'ORDER-001',
    'jobs of one order key run one after another, in the order of their submits',
    async (api) => {
      const inputs = [300, 0, 100, 0, 50, 0].map((delayMs, value) => ({ value, delayMs }));
      const jobs = await inOrder(api, inputs, randomUUID());
      const runs = jobs.map(({ output }) => output as unknown as Ran);
      assert.deepEqual(
        runs.map(({ value }) => value),
        [0, 1, 2, 3, 4, 5],
      );
      for (const [index, { startedAtMs }] of runs.entries()) {
        const before = runs[index - 1];
        if (before) assert.ok(startedAtMs >= before.finishedAtMs, `job ${index} began before job ${index - 1} ended`);
      }
    },
    ordered,
  ),
  must(
    'ORDER-002',
    'a job that fails does not stop the next',
    async (api) => {
      const inputs = [{ value: 0 }, { value: 1, fail: true }, { value: 2 }];
      const jobs = await inOrder(api, inputs, randomUUID());
      assert.deepEqual(
        jobs.map(({ status }) => status),
        ['succeeded', 'failed', 'succeeded'],
      );
    },
    ordered,
  ),
  must(
    'ORDER-003',
    'orderKey together with delaySeconds is 422',
    async ({ call }) => {
      const body = { type: 'ordered-echo', input: { value: 1 }, orderKey: 'k', delaySeconds: 5 };
      const problem = expectProblem(await call('POST', '/jobs', { body }), 'invalid-input');
      const pointers = (problem.errors ?? []).map((fault) => ('pointer' in fault ? fault.pointer : ''));
      assert.ok(pointers.includes('/delaySeconds') || pointers.includes('/orderKey'), JSON.stringify(problem));
    },
    { types: ['ordered-echo'] },
  ),
  must(
    'ORDER-004',
    'an orderKey of a wrong form is pointed at',
    async ({ call }) => {
      await eachRow([5, '', null, 'k'.repeat(256)], async (orderKey) => {
        const body = { type: 'ordered-echo', input: { value: 1 }, orderKey };
        expectFaults(expectProblem(await call('POST', '/jobs', { body }), 'invalid-input'), ['/orderKey']);
      });
    },
    { types: ['ordered-echo'] },
  ),
  must(
    'ORDER-005',
    'jobs of an ordered type need no order key, and keys of odd characters are keys',
    async ({ submit, end }) => {
      const bodies = [undefined, 'a b', '\u00e4', '../x', '\u{1f4a9}', 'k'.repeat(255)].map((orderKey) => ({
        type: 'ordered-echo',
        input: { value: 1 },
        ...(orderKey !== undefined && { orderKey }),
      }));
      const ids = await Promise.all(bodies.map(async (body) => (await submit(body)).id));
      for (const id of ids) assert.equal((await end(id, 120_000)).status, 'succeeded');
    },
    ordered,
  ),
  must(
    'ORDER-006',
    'entries of one batch keep their order',
    async ({ call, end }) => {
      const orderKey = randomUUID();
      const jobs = [0, 1, 2, 3].map((value) => ({ type: 'ordered-echo', input: { value, delayMs: 50 }, orderKey }));
      const { results } = (await call('POST', '/jobs/batch', { body: { jobs } })).body as { results: { job: Job }[] };
      const ended: Ran[] = [];
      for (const { job } of results) ended.push((await end(job.id, 120_000)).output as unknown as Ran);
      const starts = ended.map(({ startedAtMs }) => startedAtMs);
      assert.deepEqual(
        starts,
        starts.toSorted((a, b) => a - b),
      );
    },
    ordered,
  ),
  must(
    'ORDER-007',
    'a job that is to be run again keeps its place: the next waits until it ends',
    async (api) => {
      const jobs = await inOrder(api, [{ value: 0, failures: 1 }, { value: 1 }], randomUUID());
      const [first, second] = jobs.map(({ output }) => output as unknown as Ran);
      assert.deepEqual(
        jobs.map(({ run }) => run),
        [2, 1],
      );
      assert.ok(first && second && second.startedAtMs >= first.finishedAtMs, 'the second job did not wait');
    },
    ordered,
  ),
  must(
    'ORDER-008',
    'jobs of another order key wait for none of this one',
    async (api) => {
      const slow = await api.submit({ type: 'ordered-echo', input: slowInput, orderKey: randomUUID() });
      const other = await api.submit({ type: 'ordered-echo', input: { value: 2 }, orderKey: randomUUID() });
      assertOverlap(await api.end(slow.id), await api.end(other.id));
    },
    ordered,
  ),
  must(
    'ORDER-009',
    "an order key is its tenant's own: another tenant's job of the same key does not wait for it",
    async (api) => {
      const orderKey = randomUUID();
      const slow = await api.submit({ type: 'ordered-echo', input: slowInput, orderKey });
      const theirs = api.as(api.target.otherKey ?? '');
      const other = await theirs.submit({ type: 'ordered-echo', input: { value: 2 }, orderKey });
      assertOverlap(await api.end(slow.id), await theirs.end(other.id));
    },
    { ...ordered, otherKey: true },
  ),
  must(
    'ORDER-010',
    'a job that is canceled in the queue does not stop the next',
    async ({ submit, end, call }) => {
      const orderKey = randomUUID();
      const inputs = [{ value: 0, delayMs: 2_000 }, { value: 1 }, { value: 2 }];
      const ids: string[] = [];
      for (const input of inputs) ids.push((await submit({ type: 'ordered-echo', input, orderKey })).id);
      assert.equal((await call('POST', `/jobs/${ids[1]}/cancel`)).status, 200);
      const ended: string[] = [];
      for (const id of ids) ended.push((await end(id, 120_000)).status);
      assert.deepEqual(ended, ['succeeded', 'canceled', 'succeeded']);
    },
    ordered,
  ),
  must(
    'ORDER-011',
    'entries of a batch that is larger than a call to a queue keep their order, beside those of another key',
    async ({ call, end }) => {
      const keys = [randomUUID(), randomUUID()];
      const jobs = Array.from({ length: 25 }, (_, value) => ({
        type: 'ordered-echo',
        input: { value },
        orderKey: keys[value % 5 === 0 ? 1 : 0],
      }));
      const { results } = (await call('POST', '/jobs/batch', { body: { jobs } })).body as { results: { job: Job }[] };
      const ended: Ran[] = [];
      for (const { job } of results) ended.push((await end(job.id, 120_000)).output as unknown as Ran);
      for (const place of [0, 1]) {
        const ofKey = ended.filter(({ value }) => (value % 5 === 0 ? 1 : 0) === place);
        assert.deepEqual(
          ofKey.toSorted((one, other) => one.startedAtMs - other.startedAtMs).map(({ value }) => value),
          ofKey.map(({ value }) => value),
        );
      }
    },
    ordered,
  ),
];
