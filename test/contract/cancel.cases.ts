import assert from 'node:assert/strict';
import { type Case, eachRow, must, should } from './case.ts';
import { assertWholeLog, expectJob } from './expect.ts';
import { expectProblem } from './problem.ts';

const echo = { types: ['echo'] };

/** Cancel and retry: section 6. */
export const cancelCases: Case[] = [
  must(
    'CANCEL-001',
    'a queued job is canceled at once: 200',
    async ({ call, submitEcho, log }) => {
      const { id } = await submitEcho(1, { delaySeconds: 300 });
      const job = expectJob(await call('POST', `/jobs/${id}/cancel`), 200);
      assert.deepEqual([job.id, job.status, job.done, job.run], [id, 'canceled', true, 0]);
      const events = await log(id);
      assertWholeLog(events);
      assert.deepEqual(
        events.map(({ type, data }) => ({ type, data })),
        [
          { type: 'job.queued', data: { status: 'queued' } },
          { type: 'job.canceled', data: { status: 'canceled' } },
        ],
      );
    },
    echo,
  ),
  must(
    'CANCEL-002',
    'a canceled job never runs',
    async ({ call, submitEcho, read }) => {
      const { id } = await submitEcho(1, { delaySeconds: 1 });
      expectJob(await call('POST', `/jobs/${id}/cancel`), 200);
      await new Promise((resolve) => setTimeout(resolve, 4000));
      const job = await read(id);
      assert.deepEqual([job.status, job.run, job.startedAt], ['canceled', 0, undefined]);
    },
    { ...echo, slow: true },
  ),
  must(
    'CANCEL-003',
    'a running job is told to stop: 202, and canceled within 5 s and a little',
    async ({ call, submitEcho, until, end, log }) => {
      const { id } = await submitEcho(1, { input: { value: 1, delayMs: 60_000 } });
      await until(id, ({ status }) => status === 'running');
      const startMs = Date.now();
      expectJob(await call('POST', `/jobs/${id}/cancel`), 202);
      const job = await end(id);
      assert.deepEqual([job.status, job.output], ['canceled', undefined]);
      assert.ok(Date.now() - startMs < 15_000, `canceled after ${Date.now() - startMs} ms`);
      assertWholeLog(await log(id));
    },
    { ...echo, slow: true },
  ),
  must(
    'CANCEL-004',
    'a job that is done is 409, however it ended',
    async ({ call, submitEcho, end }) => {
      const done = await submitEcho(1);
      await end(done.id);
      const canceled = await submitEcho(1, { delaySeconds: 300 });
      await call('POST', `/jobs/${canceled.id}/cancel`);
      await eachRow([done.id, canceled.id], async (id) => {
        expectProblem(await call('POST', `/jobs/${id}/cancel`), 'job-done');
      });
    },
    echo,
  ),
  must('CANCEL-005', 'an id that no job has is 404', async ({ call }) => {
    expectProblem(await call('POST', '/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa/cancel'), 'not-found');
    expectProblem(await call('POST', '/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa/retry'), 'not-found');
  }),
  must(
    'CANCEL-006',
    'a job that waits for its next run is canceled at once',
    async ({ call, submit, until, log }) => {
      const { id } = await submit({ type: 'flaky', input: { failures: 20 } });
      await until(id, ({ status, run }) => status === 'queued' && run >= 3);
      const answer = await call('POST', `/jobs/${id}/cancel`);
      assert.ok([200, 202].includes(answer.status), answer.text);
      await until(id, ({ done }) => done, 10_000);
      const events = await log(id);
      assertWholeLog(events);
      assert.equal(events.at(-1)?.type, 'job.canceled');
    },
    { types: ['flaky'], slow: true },
  ),
  must(
    'CANCEL-007',
    'many cancels at once end a job once',
    async ({ call, submitEcho, log }) => {
      const { id } = await submitEcho(1, { delaySeconds: 300 });
      const answers = await Promise.all(Array.from({ length: 6 }, () => call('POST', `/jobs/${id}/cancel`)));
      assert.equal(
        answers.filter(({ status }) => status === 200).length,
        1,
        answers.map(({ status }) => status).join(' '),
      );
      assertWholeLog(await log(id));
    },
    echo,
  ),
  should(
    'CANCEL-008',
    'a second cancel of a running job is 202 again',
    async ({ call, submitEcho, until }) => {
      const { id } = await submitEcho(1, { input: { value: 1, delayMs: 60_000 } });
      await until(id, ({ status }) => status === 'running');
      expectJob(await call('POST', `/jobs/${id}/cancel`), 202);
      const again = await call('POST', `/jobs/${id}/cancel`);
      assert.ok([202, 409].includes(again.status), again.text);
    },
    { ...echo, slow: true },
  ),
  must(
    'CANCEL-009',
    'a cancel at any moment of a short job leaves one end',
    async ({ call, submitEcho, end, log }) => {
      await eachRow([0, 5, 10, 20, 30, 50, 80], async (ms) => {
        const { id } = await submitEcho(1, { input: { value: 1, delayMs: 30 } });
        await new Promise((resolve) => setTimeout(resolve, ms));
        const { status } = await call('POST', `/jobs/${id}/cancel`);
        assert.ok([200, 202, 409].includes(status), `${status}`);
        const job = await end(id);
        if (status === 200) assert.equal(job.status, 'canceled');
        assertWholeLog(await log(id));
      });
    },
    { ...echo, slow: true },
  ),

  must(
    'RETRY-001',
    'a failed job becomes a new job with the same input and a link',
    async ({ call, submit, end }) => {
      const input = { failures: 1, final: true };
      const old = await end((await submit({ type: 'flaky', input, metadata: { a: 'b' } })).id);
      assert.equal(old.status, 'failed');
      const answer = await call('POST', `/jobs/${old.id}/retry`);
      const job = expectJob(answer, 202);
      assert.notEqual(job.id, old.id);
      assert.deepEqual(
        [job.type, job.input, job.metadata, job.links.retryOf],
        ['flaky', input, { a: 'b' }, old.links.self],
      );
      assert.equal(answer.headers.get('location'), job.links.self);
      assert.equal((await end(job.id)).status, 'failed');
    },
    { types: ['flaky'] },
  ),
  must(
    'RETRY-002',
    'a canceled job and a timed-out one can be retried',
    async ({ call, submitEcho, end }) => {
      const canceled = await submitEcho('again', { delaySeconds: 300 });
      await call('POST', `/jobs/${canceled.id}/cancel`);
      const late = await submitEcho('again', { delaySeconds: 300, deadlineSeconds: 1 });
      assert.equal((await end(late.id)).status, 'timed-out');
      await eachRow([canceled.id, late.id], async (id) => {
        const again = expectJob(await call('POST', `/jobs/${id}/retry`), 202);
        assert.deepEqual(again.input, { value: 'again' });
        assert.ok(again.links.retryOf?.endsWith(id));
        await call('POST', `/jobs/${again.id}/cancel`);
      });
    },
    { ...echo, slow: true },
  ),
  must(
    'RETRY-003',
    'a job that succeeded, or is not done, is 409',
    async ({ call, submitEcho, end }) => {
      const [done, queued] = [await submitEcho(1), await submitEcho(1, { delaySeconds: 300 })];
      await end(done.id);
      await eachRow([done.id, queued.id], async (id) => {
        expectProblem(await call('POST', `/jobs/${id}/retry`), 'not-retryable');
      });
      await call('POST', `/jobs/${queued.id}/cancel`);
    },
    echo,
  ),
  must(
    'RETRY-004',
    'a retry of a large input has it all',
    async ({ call, submitEcho, end }) => {
      const value = 'v'.repeat(100_000);
      const old = await submitEcho(value, { delaySeconds: 300 });
      await call('POST', `/jobs/${old.id}/cancel`);
      const again = expectJob(await call('POST', `/jobs/${old.id}/retry`), 202);
      const job = await end(again.id);
      assert.deepEqual([job.status, job.input], ['succeeded', { value }]);
    },
    echo,
  ),
];
