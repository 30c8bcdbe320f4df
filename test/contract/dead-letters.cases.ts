import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Job } from '../../protocol/types.ts';
import type { Api } from './api.ts';
import { type Case, eachRow, must } from './case.ts';
import { expectJob, expectPage } from './expect.ts';
import { deadJob } from './outcomes.cases.ts';
import { expectFaults, expectProblem } from './problem.ts';

const crash = { types: ['crash'], slow: true };
const crashMs = 230_000;

async function deadLetters({ call }: Api, query = ''): Promise<Job[]> {
  return expectPage(await call('GET', `/dead-letters?limit=100${query}`)).items;
}

/** Waits until the index shows, or no longer shows, the job among the dead letters. */
export async function untilListed(api: Api, id: string, listed: boolean): Promise<void> {
  for (const endMs = Date.now() + 30_000; ; await pause(200)) {
    if ((await deadLetters(api)).some((job) => job.id === id) === listed) return;
    assert.ok(Date.now() < endMs, `job ${id} is ${listed ? 'not ' : 'still '}among the dead letters`);
  }
}

async function ownTenant(api: Api): Promise<Api> {
  const { target } = api;
  if (!target.keys) throw new Error('Cannot make a key: the target has no way to');
  return api.as((await target.keys.make({ tenant: `dead-${Date.now()}` })).key);
}

/** Dead letters: sections 12 and 13. */
export const deadLetterCases: Case[] = [
  must(
    'DEAD-001',
    'a job that ran out of runs is among the dead letters',
    async (api) => {
      const { id } = await deadJob(api);
      await untilListed(api, id, true);
      assert.ok((await deadLetters(api, '&type=crash')).some((job) => job.id === id));
      assert.ok(!(await deadLetters(api, '&type=echo')).some((job) => job.id === id));
    },
    crash,
  ),
  must(
    'DEAD-002',
    'redrive by ids makes new jobs that are linked to the old',
    async (api) => {
      const { id } = await deadJob(api, 'dead-job-to-redrive');
      await untilListed(api, id, true);
      const answer = await api.call('POST', '/dead-letters/redrive', { body: { jobs: [id] } });
      assert.equal(answer.status, 202, answer.text);
      const [newId = ''] = (answer.body as { jobs: string[] }).jobs;
      const job = await api.read(newId);
      assert.ok(newId !== id && job.links.retryOf?.endsWith(id), JSON.stringify(job));
      assert.deepEqual([job.type, job.input, job.metadata], ['crash', { mode: 'exit' }, { dead: 'yes' }]);
      await api.call('POST', `/jobs/${newId}/cancel`);
    },
    crash,
  ),
  must(
    'DEAD-003',
    'redrive by type, then clear: they leave the list, the jobs stay',
    async (api) => {
      const own = await ownTenant(api);
      const jobs = await Promise.all([1, 2].map(() => own.submit({ type: 'crash', input: { mode: 'exit' } })));
      for (const { id } of jobs) await own.until(id, ({ run }) => run === 3, crashMs);
      // Dies long after the redrive, and is left to the clearing.
      const left = await own.submit({ type: 'crash', input: { mode: 'exit' } });
      for (const { id } of jobs) assert.equal((await own.end(id, crashMs)).error?.code, 'runs-exhausted');
      for (const { id } of jobs) await untilListed(own, id, true);
      const redriven = (await own.call('POST', '/dead-letters/redrive', { body: { type: 'crash' } })).body as {
        jobs: string[];
      };
      assert.equal(redriven.jobs.length, 2);
      for (const id of redriven.jobs) await own.call('POST', `/jobs/${id}/cancel`);
      for (const { id } of jobs) await untilListed(own, id, false);
      assert.equal((await own.end(left.id, crashMs)).error?.code, 'runs-exhausted');
      await untilListed(own, left.id, true);
      const cleared = await own.call('DELETE', '/dead-letters');
      assert.deepEqual([cleared.status, cleared.body], [200, { count: 1 }]);
      await untilListed(own, left.id, false);
      for (const { id } of [...jobs, left]) expectJob(await own.call('GET', `/jobs/${id}`), 200);
    },
    { ...crash, makeKey: true },
  ),
  must('DEAD-004', 'a redrive of a wrong form is pointed at', async ({ call }) => {
    const rows: { body: unknown; places: string[] }[] = [
      { body: { jobs: 'x' }, places: ['/jobs'] },
      { body: { jobs: [5] }, places: ['/jobs/0'] },
      { body: { type: 5 }, places: ['/type'] },
    ];
    await eachRow(rows, async ({ body, places }) => {
      expectFaults(expectProblem(await call('POST', '/dead-letters/redrive', { body }), 'invalid-input'), places);
    });
  }),
  must(
    'DEAD-005',
    'a redrive of jobs that are no dead letters makes none',
    async (api) => {
      const { id } = await api.submitEcho(1);
      await api.end(id);
      await eachRow([[id], ['job_aaaaaaaaaaaaaaaaaaaaaaaaaa'], ['x']], async (jobs) => {
        const answer = await api.call('POST', '/dead-letters/redrive', { body: { jobs } });
        if (answer.status === 202) assert.deepEqual(answer.body, { jobs: [] });
        else assert.ok([404, 409, 422].includes(answer.status), answer.text);
      });
    },
    { types: ['echo'] },
  ),
  must(
    'DEAD-006',
    'an empty list of dead letters can be read and cleared',
    async (api) => {
      const own = await ownTenant(api);
      assert.deepEqual(await deadLetters(own), []);
      assert.deepEqual((await own.call('DELETE', '/dead-letters')).body, { count: 0 });
    },
    { makeKey: true },
  ),
  must('DEAD-007', 'a bad query is 400 with each parameter named', async ({ call }) => {
    await eachRow(['limit=0', 'limit=101', 'page=nope'], async (query) => {
      expectFaults(expectProblem(await call('GET', `/dead-letters?${query}`), 'invalid-query'), [
        query.split('=')[0] ?? '',
      ]);
    });
  }),
  must(
    'DEAD-008',
    'a job that failed for good is no dead letter',
    async (api) => {
      const { id } = await api.submit({ type: 'flaky', input: { failures: 1, final: true } });
      await api.end(id);
      await pause(1000);
      assert.ok(!(await deadLetters(api, '&type=flaky')).some((job) => job.id === id));
    },
    { types: ['flaky'] },
  ),
];
