import assert from 'node:assert/strict';
import type { JobEvent } from '../../protocol/types.ts';
import type { Api } from './api.ts';
import { type Case, must, should } from './case.ts';
import { assertWholeLog, expectEventPage, expectJob } from './expect.ts';

const echo = { types: ['echo'] };
const flaky = { types: ['flaky'] };
const crash = { types: ['crash'], slow: true };
const crashMs = 230_000;

function typesOf(events: JobEvent[]): string[] {
  return events.map(({ type }) => type);
}

/** A job whose first run dies in `mode`, and whose second one survives. */
async function survives(api: Api, mode: string): Promise<void> {
  const { id } = await api.submit({ type: 'crash', input: { mode, runs: 1 } });
  const job = await api.end(id, crashMs);
  assert.deepEqual([job.status, job.output], ['succeeded', { survived: true }], JSON.stringify(job));
  assert.ok(job.run >= 2, `run ${job.run}`);
  const events = await api.log(id);
  assertWholeLog(events);
  const runs = events.filter(({ type }) => type === 'job.running').map(({ data }) => (data as { run: number }).run);
  assert.deepEqual(
    runs,
    Array.from({ length: job.run }, (_, n) => n + 1),
  );
}

/** How jobs end: deadlines, failures, crashes (sections 5 to 7, 14). */
export const outcomeCases: Case[] = [
  must(
    'OUTCOME-001',
    'a job that runs past its deadline is timed-out',
    async ({ submitEcho, end, log }) => {
      const { id } = await submitEcho(1, { deadlineSeconds: 2, input: { value: 1, delayMs: 30_000 } });
      const job = await end(id);
      assert.deepEqual([job.status, job.error?.code, job.output], ['timed-out', 'deadline-exceeded', undefined]);
      const afterMs = Date.parse(job.finishedAt ?? '') - Date.parse(job.createdAt);
      assert.ok(afterMs >= 1900 && afterMs < 25_000, `after ${afterMs} ms`);
      const events = await log(id);
      assertWholeLog(events);
      assert.deepEqual(events.at(-1)?.data, { status: 'timed-out', error: job.error });
    },
    { ...echo, slow: true },
  ),
  must(
    'OUTCOME-002',
    'a job that waits past its deadline is timed-out and never runs',
    async ({ submitEcho, end, log }) => {
      const { id } = await submitEcho(1, { deadlineSeconds: 1, delaySeconds: 60 });
      const job = await end(id);
      assert.deepEqual([job.status, job.run, job.startedAt], ['timed-out', 0, undefined]);
      const events = await log(id);
      assertWholeLog(events);
      assert.deepEqual(typesOf(events), ['job.queued', 'job.timed-out']);
    },
    { ...echo, slow: true },
  ),
  must(
    'OUTCOME-003',
    'a deadline that is kept changes nothing',
    async ({ submitEcho, end }) => {
      assert.equal((await end((await submitEcho(1, { deadlineSeconds: 60 })).id)).status, 'succeeded');
    },
    echo,
  ),
  must(
    'OUTCOME-004',
    'a run that fails is followed by another, until one succeeds',
    async ({ submit, end, log }) => {
      const { id } = await submit({ type: 'flaky', input: { failures: 2 } });
      const job = await end(id, 120_000);
      assert.deepEqual([job.status, job.run, job.output, job.error], ['succeeded', 3, { runs: 3 }, undefined]);
      const events = (await log(id)).filter(({ type }) => type !== 'job.progress');
      assertWholeLog(events);
      assert.deepEqual(typesOf(events), [
        'job.queued',
        ...['job.running', 'job.retrying', 'job.running', 'job.retrying'],
        ...['job.running', 'job.succeeded'],
      ]);
      for (const [index, event] of events.filter(({ type }) => type === 'job.retrying').entries()) {
        const { status, run, error, nextRunAt } = event.data as {
          status: string;
          run: number;
          error: { code: string; message: string };
          nextRunAt: string;
        };
        assert.deepEqual([status, run], ['queued', index + 1]);
        assert.ok(error.code && error.message, JSON.stringify(event));
        assert.ok(Date.parse(nextRunAt) > Date.parse(event.time), `nextRunAt ${nextRunAt} at ${event.time}`);
      }
    },
    { ...flaky, slow: true },
  ),
  must(
    'OUTCOME-005',
    'a final error fails the job at once',
    async ({ submit, end, log }) => {
      const { id } = await submit({ type: 'flaky', input: { failures: 5, final: true } });
      const job = await end(id);
      assert.deepEqual([job.status, job.run], ['failed', 1]);
      assert.ok(job.error?.code && job.error.code !== 'runs-exhausted' && job.error.message, JSON.stringify(job.error));
      const events = await log(id);
      assertWholeLog(events);
      assert.deepEqual(typesOf(events), ['job.queued', 'job.running', 'job.failed']);
      assert.deepEqual(events.at(-1)?.data, { status: 'failed', error: job.error });
    },
    flaky,
  ),
  must(
    'OUTCOME-006',
    'a flaky job that need not fail does not',
    async ({ submit, end }) => {
      const job = await end((await submit({ type: 'flaky', input: { failures: 0 } })).id);
      assert.deepEqual([job.status, job.output], ['succeeded', { runs: 1 }]);
    },
    flaky,
  ),
  must('OUTCOME-007', 'a run that exits is followed by another', (api) => survives(api, 'exit'), crash),
  must('OUTCOME-008', 'a run out of memory is followed by another', (api) => survives(api, 'oom'), crash),
  must('OUTCOME-009', 'a run that hangs is cut off and followed by another', (api) => survives(api, 'hang'), crash),
  must(
    'OUTCOME-010',
    'a run that throws after its end leaves one end',
    async ({ submit, end, log }) => {
      const { id } = await submit({ type: 'crash', input: { mode: 'late-throw', runs: 1 } });
      const job = await end(id, crashMs);
      assert.deepEqual([job.status, job.output], ['succeeded', { survived: true }]);
      assertWholeLog(await log(id));
    },
    crash,
  ),
  must(
    'OUTCOME-011',
    'a job whose every run dies is failed: runs-exhausted, after maxRuns',
    async (api) => {
      const job = await deadJob(api);
      assert.deepEqual([job.status, job.run, job.maxRuns, job.error?.code], ['failed', 3, 3, 'runs-exhausted']);
      const events = await api.log(job.id);
      assertWholeLog(events);
      assert.equal(typesOf(events).filter((type) => type === 'job.running').length, 3);
      assert.deepEqual(events.at(-1)?.data, { status: 'failed', error: job.error });
    },
    crash,
  ),
  must(
    'OUTCOME-012',
    'other jobs of a type end while one of it dies again and again',
    async (api) => {
      const dying = await api.submit({ type: 'crash', input: { mode: 'exit' } });
      const other = await api.submit({ type: 'crash', input: { mode: 'exit', runs: 1 } });
      const { status, finishedAt = '' } = await api.end(other.id, crashMs);
      assert.equal(status, 'succeeded');
      const dead = await api.end(dying.id, crashMs);
      assert.equal(dead.error?.code, 'runs-exhausted');
      assert.ok(finishedAt < (dead.finishedAt ?? ''), `ended at ${finishedAt}, the dying one at ${dead.finishedAt}`);
    },
    crash,
  ),
  should(
    'OUTCOME-013',
    'a run that is cut off counts as a run',
    async (api) => {
      const { id } = await api.submit({ type: 'crash', input: { mode: 'hang', runs: 1 }, deadlineSeconds: 200 });
      const job = await api.end(id, crashMs);
      assert.ok(job.run >= 2 || job.status === 'timed-out', JSON.stringify(job));
    },
    crash,
  ),
  must(
    'OUTCOME-014',
    'a job can be canceled between two deaths',
    async ({ submit, until, call, end }) => {
      const { id } = await submit({ type: 'crash', input: { mode: 'exit' } });
      await until(id, ({ run }) => run >= 1);
      const answer = await call('POST', `/jobs/${id}/cancel`);
      assert.ok([200, 202].includes(answer.status), answer.text);
      assert.equal((await end(id, crashMs)).status, 'canceled');
    },
    crash,
  ),
  must(
    'OUTCOME-015',
    'a job with a deadline ends though its runs die',
    async ({ submit, end }) => {
      const { id } = await submit({ type: 'crash', input: { mode: 'exit' }, deadlineSeconds: 8 });
      const job = await end(id);
      assert.deepEqual([job.status, job.error?.code], ['timed-out', 'deadline-exceeded']);
    },
    crash,
  ),
  should(
    'OUTCOME-016',
    'a job that is held back past its deadline ends by itself, unread',
    async ({ call }) => {
      const body = { type: 'echo', input: { value: 1 }, deadlineSeconds: 1, delaySeconds: 60 };
      const { id } = expectJob(await call('POST', '/jobs', { body }), 202);
      // The log is read, and not the job: that would end it.
      let done = false;
      for (let turn = 0; turn < 4 && !done; turn += 1) {
        const read = await call('GET', `/jobs/${id}/events?after=1`, { headers: { prefer: 'wait=20' } });
        ({ done } = expectEventPage(read));
      }
      assert.ok(done, 'the job has not ended');
      const job = expectJob(await call('GET', `/jobs/${id}`), 200);
      assert.deepEqual([job.status, job.error?.code, job.run], ['timed-out', 'deadline-exceeded', 0]);
    },
    { ...echo, slow: true },
  ),
];

/** A job that ran out of runs, made once for each `name`. */
export function deadJob(api: Api, name = 'dead-job') {
  return api.once(name, async () => {
    const answer = await api.call('POST', '/jobs', {
      body: { type: 'crash', input: { mode: 'exit' }, metadata: { dead: 'yes' } },
    });
    return await api.end(expectJob(answer, 202).id, crashMs);
  });
}
