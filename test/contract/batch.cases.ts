import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { limits } from '../../protocol/limits.ts';
import type { BatchResult, Job } from '../../protocol/types.ts';
import type { Answer } from './api.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { assertJob } from './expect.ts';
import { expectFaults, expectProblem } from './problem.ts';

const echo = { types: ['echo'] };
const echoJob = (value: unknown, rest = {}) => ({ type: 'echo', input: { value }, ...rest });

interface BatchProblem {
  code: string;
  detail: string;
  errors?: { pointer?: string }[];
}
type Result = { status: number; job?: Job; problem?: BatchProblem };

function expectResults(answer: Answer): Result[] {
  assert.equal(answer.status, 207, answer.text.slice(0, 500));
  const { results } = answer.body as BatchResult as { results: Result[] };
  for (const { status, job, problem } of results) {
    if (status < 400) assertJob(job);
    else assert.ok(problem?.code && problem.detail, `a result of status ${status} has no problem`);
  }
  return results;
}

/** `POST /v1/jobs/batch`: sections 5 and 13. */
export const batchCases: Case[] = [
  must(
    'BATCH-001',
    'good entries are 207 with a 202 each, in order, and all run',
    async ({ call, end }) => {
      const results = expectResults(
        await call('POST', '/jobs/batch', { body: { jobs: [1, 2, 3, 4, 5].map((n) => echoJob(n)) } }),
      );
      assert.deepEqual(
        results.map(({ status }) => status),
        [202, 202, 202, 202, 202],
      );
      for (const [index, { job }] of results.entries()) {
        assert.deepEqual((await end(job?.id ?? '')).output, { value: index + 1 });
      }
    },
    echo,
  ),
  must(
    'BATCH-002',
    'a bad entry never spoils the others',
    async ({ call, end }) => {
      const jobs = [
        echoJob('first'),
        { type: 'nope', input: {} },
        { type: 'countdown', input: { steps: 0, intervalMs: 0 } },
        5,
        null,
        {},
        echoJob(1, { delaySeconds: -1 }),
        echoJob('last'),
      ];
      const results = expectResults(await call('POST', '/jobs/batch', { body: { jobs } }));
      assert.deepEqual(
        results.map(({ status }) => status),
        [202, 422, 422, 422, 422, 422, 422, 202],
      );
      const codes = results.map(({ problem }) => problem?.code);
      assert.deepEqual(codes.slice(1, 7), ['unknown-type', ...Array(5).fill('invalid-input')]);
      assert.ok(
        results[2]?.problem?.errors?.some(({ pointer }) => pointer?.endsWith('/input/steps')),
        JSON.stringify(results[2]),
      );
      assert.deepEqual((await end(results[7]?.job?.id ?? '')).output, { value: 'last' });
    },
    { types: ['echo', 'countdown'] },
  ),
  should(
    'BATCH-003',
    "pointers of an entry start at the body's root",
    async ({ call }) => {
      const jobs = [echoJob(1), echoJob(1, { delaySeconds: -1 })];
      const [, bad] = expectResults(await call('POST', '/jobs/batch', { body: { jobs } }));
      assert.equal(bad?.problem?.errors?.[0]?.pointer, '/jobs/1/delaySeconds');
    },
    echo,
  ),
  must(
    'BATCH-004',
    'a batch of no entries or of over 100 is 422; 100 are taken',
    async ({ call }) => {
      const many = (count: number) => ({ jobs: Array.from({ length: count }, (_, n) => echoJob(n)) });
      for (const body of [many(0), many(limits.maxBatchEntries + 1), { jobs: 'x' }, { jobs: {} }, {}]) {
        expectFaults(expectProblem(await call('POST', '/jobs/batch', { body }), 'invalid-input'), ['/jobs']);
      }
      const results = expectResults(await call('POST', '/jobs/batch', { body: many(limits.maxBatchEntries) }));
      assert.ok(results.every(({ status }) => status === 202));
      assert.equal(new Set(results.map(({ job }) => job?.id)).size, limits.maxBatchEntries);
    },
    echo,
  ),
  must(
    'BATCH-005',
    'entries with the same key and body are one job, another body is a mismatch',
    async ({ call, end, log }) => {
      const idempotencyKey = randomUUID();
      const jobs = [echoJob(1, { idempotencyKey }), echoJob(1, { idempotencyKey }), echoJob(2, { idempotencyKey })];
      const results = expectResults(await call('POST', '/jobs/batch', { body: { jobs } }));
      assert.deepEqual(
        results.map(({ status }) => status),
        [202, 202, 422],
      );
      assert.equal(results[0]?.job?.id, results[1]?.job?.id);
      assert.equal(results[2]?.problem?.code, 'idempotency-mismatch');
      const job = await end(results[0]?.job?.id ?? '');
      assert.deepEqual([job.output, (await log(job.id)).length], [{ value: 1 }, 3]);
    },
    echo,
  ),
  must(
    'BATCH-006',
    'an entry over 256 KiB is refused alone, with 413',
    async ({ call }) => {
      const jobs = [echoJob(1), echoJob('a'.repeat(limits.maxBodyBytes)), echoJob(2)];
      const results = expectResults(await call('POST', '/jobs/batch', { body: { jobs } }));
      assert.deepEqual(
        results.map(({ status }) => status),
        [202, 413, 202],
      );
      assert.equal(results[1]?.problem?.code, 'payload-too-large');
    },
    echo,
  ),
  must(
    'BATCH-007',
    'a batch of nearly 4 MiB is taken, one beyond is 413',
    async ({ call, end }) => {
      const big = 'b'.repeat(200_000);
      const answer = await call('POST', '/jobs/batch', {
        body: { jobs: Array.from({ length: 20 }, (_, n) => echoJob(big + n)) },
      });
      const results = expectResults(answer);
      assert.ok(results.every(({ status }) => status === 202));
      assert.ok(answer.text.length < 6 * 1024 * 1024);
      assert.equal((await end(results[19]?.job?.id ?? '')).status, 'succeeded');
      const beyond = { jobs: Array.from({ length: 25 }, () => echoJob('b'.repeat(180_000))) };
      expectProblem(await call('POST', '/jobs/batch', { body: beyond }), 'payload-too-large');
    },
    { ...echo, slow: true },
  ),
  must(
    'BATCH-008',
    'metadata, delay and deadline belong to their entry',
    async ({ call, end }) => {
      const jobs = [
        echoJob(1, { metadata: { n: '1' } }),
        echoJob(2, { delaySeconds: 60, deadlineSeconds: 1 }),
        echoJob(3),
      ];
      const results = expectResults(await call('POST', '/jobs/batch', { body: { jobs } }));
      assert.deepEqual(
        results.map(({ job }) => job?.metadata),
        [{ n: '1' }, undefined, undefined],
      );
      assert.equal((await end(results[1]?.job?.id ?? '')).status, 'timed-out');
      assert.equal((await end(results[2]?.job?.id ?? '')).status, 'succeeded');
    },
    { ...echo, slow: true },
  ),
  should(
    'BATCH-009',
    'an idempotencyKey of a wrong form is pointed at',
    async ({ call }) => {
      await eachRow([5, '', 'k'.repeat(256)], async (idempotencyKey) => {
        const [result] = expectResults(
          await call('POST', '/jobs/batch', { body: { jobs: [echoJob(1, { idempotencyKey })] } }),
        );
        assert.equal(result?.status, 422);
        assert.ok(
          result?.problem?.errors?.some(({ pointer }) => pointer?.endsWith('/idempotencyKey')),
          JSON.stringify(result),
        );
      });
    },
    echo,
  ),
];
