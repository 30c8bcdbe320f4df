import assert from 'node:assert/strict';
import type { JobType } from '../../protocol/types.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { assertRetryAfter, expectJob } from './expect.ts';
import { expectProblem } from './problem.ts';

const echo = { types: ['echo'] };
const waiting = { delaySeconds: 120 };

/** One job: section 6. */
export const readCases: Case[] = [
  must(
    'READ-001',
    'a job that is not done has an ETag and a Retry-After of 1 to 60 s',
    async ({ call, submitEcho }) => {
      const { id } = await submitEcho(1, waiting);
      const answer = await call('GET', `/jobs/${id}`);
      expectJob(answer, 200);
      assert.match(answer.headers.get('etag') ?? '', /^(W\/)?"[^"]+"$/);
      assertRetryAfter(answer);
      await call('POST', `/jobs/${id}/cancel`);
    },
    echo,
  ),
  must(
    'READ-002',
    'a job that is done has an ETag and no Retry-After',
    async ({ call, submitEcho, end }) => {
      const { id } = await submitEcho(1);
      await end(id);
      const answer = await call('GET', `/jobs/${id}`);
      assert.ok(answer.headers.get('etag'));
      assert.equal(answer.headers.get('retry-after'), null);
    },
    echo,
  ),
  must(
    'READ-003',
    'If-None-Match with the ETag is 304 without a body',
    async ({ call, submitEcho, end }) => {
      const { id } = await submitEcho(1);
      await end(id);
      const etag = (await call('GET', `/jobs/${id}`)).headers.get('etag') ?? '';
      const strong = etag.replace(/^W\//, '');
      await eachRow([etag, `"other", ${etag}`, '*', `W/${strong}`], async (match) => {
        const answer = await call('GET', `/jobs/${id}`, { headers: { 'if-none-match': match } });
        assert.deepEqual([answer.status, answer.text, answer.headers.get('etag')], [304, '', etag]);
      });
    },
    echo,
  ),
  must(
    'READ-004',
    'If-None-Match with another ETag is 200',
    async ({ call, submitEcho }) => {
      const { id } = await submitEcho(1);
      await eachRow(['"other"', 'W/"other"', 'other', '""', ',,,'], async (match) => {
        expectJob(await call('GET', `/jobs/${id}`, { headers: { 'if-none-match': match } }), 200);
      });
    },
    echo,
  ),
  must(
    'READ-005',
    'the ETag changes with every event',
    async ({ call, submitEcho }) => {
      const { id } = await submitEcho(1, waiting);
      const before = (await call('GET', `/jobs/${id}`)).headers.get('etag');
      await call('POST', `/jobs/${id}/cancel`);
      const after = (await call('GET', `/jobs/${id}`)).headers.get('etag');
      assert.notEqual(after, before);
    },
    echo,
  ),
  must('READ-006', 'an id that no job has is 404', async ({ call }) => {
    expectProblem(await call('GET', '/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa'), 'not-found');
    expectProblem(await call('GET', '/jobs/job_zzzzzzzzzzzzzzzzzzzzzzzzzz/events'), 'not-found');
  }),
  must(
    'READ-007',
    'the times of a job are in order, and it is kept for the retention of its type',
    async ({ call, submitEcho, end }) => {
      const { items } = (await call('GET', '/types')).body as { items: JobType[] };
      const { retentionDays = 7 } = items.find(({ name }) => name === 'echo')?.limits ?? {};
      const job = await end((await submitEcho(1)).id);
      const [created, started, finished, expires] = [job.createdAt, job.startedAt, job.finishedAt, job.expiresAt].map(
        (time) => Date.parse(time ?? ''),
      );
      assert.ok(Number(created) <= Number(started) && Number(started) <= Number(finished), JSON.stringify(job));
      const days = (Number(expires) - Number(finished)) / 86_400_000;
      assert.ok(Math.abs(days - retentionDays) < 0.01, `${days} days`);
    },
    echo,
  ),
  must(
    'READ-008',
    'the links of a job lead to it',
    async ({ call, submitEcho, end, target }) => {
      const { id, links } = await end((await submitEcho(1)).id);
      assert.equal(links.self, `${target.url}/jobs/${id}`);
      assert.equal(expectJob(await call('GET', links.self), 200).id, id);
      assert.equal((await call('GET', links.events)).status, 200);
    },
    echo,
  ),
  must(
    'READ-009',
    'a running job shows its run and its progress',
    async ({ call, submit, until }) => {
      const { id } = await submit({ type: 'countdown', input: { steps: 60, intervalMs: 500 } });
      const job = await until(id, ({ progress }) => progress !== undefined);
      assert.deepEqual([job.status, job.run], ['running', 1]);
      assert.ok((job.progress?.percent ?? 0) >= 0 && (job.progress?.percent ?? 0) <= 100, JSON.stringify(job.progress));
      assertRetryAfter(await call('GET', `/jobs/${id}`));
      await call('POST', `/jobs/${id}/cancel`);
    },
    { types: ['countdown'] },
  ),
  must(
    'READ-010',
    'seq grows with the job and names its last event',
    async ({ submitEcho, end, log }) => {
      const job = await end((await submitEcho(1)).id);
      assert.equal((await log(job.id)).at(-1)?.seq, job.seq);
    },
    echo,
  ),
  should(
    'READ-011',
    'a job is not kept by caches on the way',
    async ({ call, submitEcho }) => {
      const { id } = await submitEcho(1);
      const control = (await call('GET', `/jobs/${id}`)).headers.get('cache-control') ?? '';
      assert.match(control, /private|no-store|no-cache/, `Cache-Control: ${control}`);
    },
    echo,
  ),
  must(
    'READ-012',
    'query junk and odd headers earn no 5xx',
    async ({ call, submitEcho }) => {
      const { id } = await submitEcho(1);
      await eachRow(
        ['?x=1', '?&&&', '?%00=%ff', '?wait=5', '?=', '?a=1&a=2', `?${'q'.repeat(2000)}`],
        async (query) => {
          const { status } = await call('GET', `/jobs/${id}${query}`);
          assert.ok([200, 400].includes(status), `${status}`);
        },
      );
      const odd: Record<string, string>[] = [
        { accept: 'text/html' },
        { accept: ';;;' },
        { range: 'bytes=0-1' },
        { 'x-http-method-override': 'DELETE' },
      ];
      await eachRow(odd, async (headers) => {
        const { status } = await call('GET', `/jobs/${id}`, { headers });
        assert.ok([200, 406].includes(status), `${status}`);
      });
    },
    echo,
  ),
];
