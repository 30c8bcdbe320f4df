import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from './api.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { assertRetryAfter, expectJob } from './expect.ts';

const echo = { types: ['echo'] };
const echoFor = (delayMs: number) => ({ type: 'echo', input: { value: 'waited', delayMs } });

async function timed(answer: Promise<Answer>): Promise<{ answer: Answer; ms: number }> {
  const startMs = performance.now();
  return { answer: await answer, ms: performance.now() - startMs };
}

/** `Prefer: wait=N` on a submit and on a read: sections 5 and 6. */
export const waitCases: Case[] = [
  must(
    'WAIT-001',
    'a submit that waits is 200 with the finished job',
    async ({ submitAndWait }) => {
      const answer = await submitAndWait({ body: echoFor(0) });
      const job = expectJob(answer, 200);
      assert.equal(answer.headers.get('preference-applied'), 'wait=20');
      assert.deepEqual([job.status, job.output], ['succeeded', { value: 'waited' }]);
    },
    echo,
  ),
  must(
    'WAIT-002',
    'a submit whose job takes longer is the plain 202',
    async ({ call }) => {
      const { answer, ms } = await timed(call('POST', '/jobs', { body: echoFor(8000), headers: { prefer: 'wait=1' } }));
      expectJob(answer, 202);
      assertRetryAfter(answer);
      assert.ok(answer.headers.get('location'));
      assert.ok(ms < 15_000, `answered after ${ms} ms`);
    },
    { ...echo, slow: true },
  ),
  must(
    'WAIT-003',
    'respond-async is the default, and may be said',
    async ({ call }) => {
      expectJob(await call('POST', '/jobs', { body: echoFor(0), headers: { prefer: 'respond-async' } }), 202);
    },
    echo,
  ),
  must(
    'WAIT-004',
    'a preference that is not understood is no error (RFC 7240, 2)',
    async ({ call }) => {
      const rows = [
        'wait=abc',
        'wait=-1',
        'wait=',
        'wait',
        'wait=1.5',
        'wait=0',
        'foo=bar',
        ';;;',
        'return=minimal',
        `wait=${'9'.repeat(400)}x`,
      ];
      await eachRow(rows, async (prefer) => {
        const { status } = await call('POST', '/jobs', { body: echoFor(0), headers: { prefer } });
        assert.ok([200, 202].includes(status), `${status}`);
      });
    },
    echo,
  ),
  must(
    'WAIT-005',
    'a wait beyond 25 s is lowered, not refused',
    async ({ submitAndWait }) => {
      const answer = await submitAndWait({ body: echoFor(0), headers: { prefer: 'wait=9999' } });
      expectJob(answer, 200);
      assert.match(answer.headers.get('preference-applied') ?? '', /^wait=\d+$/);
    },
    echo,
  ),
  must(
    'WAIT-006',
    'a wait among other preferences is found',
    async ({ submitAndWait }) => {
      await eachRow(['handling=lenient, wait=20', 'wait=20; foo="bar"', 'Wait = 20', 'wait="20"'], async (prefer) => {
        expectJob(await submitAndWait({ body: echoFor(0), headers: { prefer } }), 200);
      });
    },
    echo,
  ),
  must(
    'WAIT-007',
    'a submit that waits for a job that fails is 200 with the failed job',
    async ({ submitAndWait }) => {
      const body = { type: 'flaky', input: { failures: 1, final: true } };
      const job = expectJob(await submitAndWait({ body }), 200);
      assert.equal(job.status, 'failed');
    },
    { types: ['flaky'] },
  ),
  must(
    'WAIT-008',
    'a read that waits answers at the end of the job',
    async ({ call, submit }) => {
      const { id } = await submit(echoFor(1500));
      // A busy service may get to the job late, and may wait less.
      for (let turn = 1; ; turn += 1) {
        const { answer, ms } = await timed(call('GET', `/jobs/${id}`, { headers: { prefer: 'wait=20' } }));
        const job = expectJob(answer, 200);
        if (!job.done && turn < 5) continue;
        const lateMs = Date.now() - Date.parse(job.finishedAt ?? '');
        assert.equal(job.status, 'succeeded');
        assert.ok(turn > 1 || ms > 800, `answered after ${ms} ms`);
        assert.ok(lateMs < 15_000, `answered ${lateMs} ms after the end`);
        assert.equal(answer.headers.get('preference-applied'), 'wait=20');
        return;
      }
    },
    { ...echo, slow: true },
  ),
  must(
    'WAIT-009',
    'a read that waits in vain is 200 with the job as it is',
    async ({ call, submit }) => {
      const { id } = await submit({ ...echoFor(0), delaySeconds: 60 });
      const { answer, ms } = await timed(call('GET', `/jobs/${id}`, { headers: { prefer: 'wait=1' } }));
      assert.equal(expectJob(answer, 200).status, 'queued');
      assert.ok(ms < 15_000, `answered after ${ms} ms`);
      await call('POST', `/jobs/${id}/cancel`);
    },
    echo,
  ),
  must(
    'WAIT-010',
    'a read that waits with If-None-Match answers at the next change',
    async ({ call, submit }) => {
      const { id } = await submit({ ...echoFor(0), delaySeconds: 60 });
      const etag = (await call('GET', `/jobs/${id}`)).headers.get('etag') ?? '';
      const waiting = timed(call('GET', `/jobs/${id}`, { headers: { prefer: 'wait=20', 'if-none-match': etag } }));
      await pause(500);
      await call('POST', `/jobs/${id}/cancel`);
      const { answer, ms } = await waiting;
      assert.equal(expectJob(answer, 200).status, 'canceled');
      assert.ok(ms < 15_000, `answered after ${ms} ms`);
    },
    { ...echo, slow: true },
  ),
  must(
    'WAIT-011',
    'a read that waits with If-None-Match and sees no change is 304',
    async ({ call, submit }) => {
      const { id } = await submit({ ...echoFor(0), delaySeconds: 60 });
      const etag = (await call('GET', `/jobs/${id}`)).headers.get('etag') ?? '';
      const answer = await call('GET', `/jobs/${id}`, { headers: { prefer: 'wait=1', 'if-none-match': etag } });
      assert.deepEqual([answer.status, answer.text], [304, '']);
      await call('POST', `/jobs/${id}/cancel`);
    },
    echo,
  ),
  must(
    'WAIT-012',
    'a read that waits for a job that is done answers at once',
    async ({ call, submit, end }) => {
      const { id } = await submit(echoFor(0));
      await end(id);
      const { answer, ms } = await timed(call('GET', `/jobs/${id}`, { headers: { prefer: 'wait=25' } }));
      expectJob(answer, 200);
      assert.ok(ms < 15_000, `answered after ${ms} ms`);
    },
    echo,
  ),
  should(
    'WAIT-013',
    'a read that waits hears of a cancel',
    async ({ call, submit }) => {
      const { id } = await submit({ ...echoFor(0), delaySeconds: 60 });
      const waiting = timed(call('GET', `/jobs/${id}`, { headers: { prefer: 'wait=20' } }));
      await call('POST', `/jobs/${id}/cancel`);
      const { answer, ms } = await waiting;
      assert.equal(expectJob(answer, 200).status, 'canceled');
      assert.ok(ms < 15_000, `answered after ${ms} ms`);
    },
    echo,
  ),
];
