import assert from 'node:assert/strict';
import type { JobEvent } from '../../protocol/types.ts';
import type { Api } from './api.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { assertEvent, assertWholeLog, expectEventPage } from './expect.ts';
import { expectFaults, expectProblem } from './problem.ts';

const echo = { types: ['echo'] };

/** The id of a job with a log of some length, whose end was seen. */
function longLog(api: Api): Promise<string> {
  return api.once('long-log', async () => {
    const { id } = await api.submit({ type: 'stream', input: { parts: 40, intervalMs: 5, bytes: 20 } });
    await api.end(id);
    return id;
  });
}

const seqs = (events: JobEvent[]) => events.map(({ seq }) => seq);

/** The log as JSON: sections 6 and 7. */
export const eventCases: Case[] = [
  must(
    'EVENT-001',
    'the log of a small job',
    async ({ submitEcho, end, call }) => {
      const { id } = await submitEcho('x');
      await end(id);
      const { events, cursor, done, reset } = expectEventPage(await call('GET', `/jobs/${id}/events`));
      assertWholeLog(events);
      assert.deepEqual(
        events.map(({ type, data }) => ({ type, data })),
        [
          { type: 'job.queued', data: { status: 'queued' } },
          { type: 'job.running', data: { status: 'running', run: 1 } },
          { type: 'job.succeeded', data: { status: 'succeeded', output: { value: 'x' } } },
        ],
      );
      assert.deepEqual(
        { seqs: seqs(events), cursor, done, reset },
        { seqs: [1, 2, 3], cursor: 3, done: true, reset: undefined },
      );
      assert.ok(events.every(({ job }) => job === id));
    },
    echo,
  ),
  must(
    'EVENT-002',
    'every cursor gives what comes after it',
    async (api) => {
      const id = await longLog(api);
      const all = await api.log(id);
      assertWholeLog(all);
      await eachRow([0, 1, 2, 10, 30, all.length - 1, all.length], async (after) => {
        const { events, cursor, done, reset } = expectEventPage(
          await api.call('GET', `/jobs/${id}/events?after=${after}`),
        );
        assert.deepEqual(
          events,
          all.filter(({ seq }) => seq > after),
        );
        assert.deepEqual([cursor, done, reset], [all.at(-1)?.seq, true, undefined]);
      });
    },
    { types: ['stream'] },
  ),
  must(
    'EVENT-003',
    'pages of any size give the same log, done with the last event only',
    async (api) => {
      const id = await longLog(api);
      const all = await api.log(id);
      await eachRow([1, 3, 7, 1000], async (limit) => {
        const walked: JobEvent[] = [];
        for (let after = 0; ; ) {
          const page = expectEventPage(await api.call('GET', `/jobs/${id}/events?after=${after}&limit=${limit}`));
          assert.ok(page.events.length <= limit);
          walked.push(...page.events);
          assert.equal(page.cursor, walked.at(-1)?.seq);
          assert.equal(page.done, page.cursor === all.at(-1)?.seq);
          if (page.done) break;
          after = page.cursor;
        }
        assert.deepEqual(walked, all);
      });
    },
    { types: ['stream'] },
  ),
  must(
    'EVENT-004',
    'a cursor that never was, or no number, is a reset with the job and the log from its start',
    async (api) => {
      const id = await longLog(api);
      const all = await api.log(id);
      await eachRow(['9999', '-1', '1.5', 'abc', '1e999', '0x10', '%00', '99999999999999999999'], async (after) => {
        const page = expectEventPage(await api.call('GET', `/jobs/${id}/events?after=${after}`));
        assert.equal(page.reset?.job.id, id);
        assert.equal(page.reset?.job.input, undefined, 'a reset leaves out the input');
        assert.deepEqual(page.events, all);
      });
    },
    { types: ['stream'] },
  ),
  must(
    'EVENT-005',
    'a wait answers at the first event after the cursor',
    async ({ call, submitEcho }) => {
      const { id } = await submitEcho(1, { delaySeconds: 2, input: { value: 1, delayMs: 4000 } });
      const startMs = performance.now();
      const wait = () => call('GET', `/jobs/${id}/events?after=1`, { headers: { prefer: 'wait=20' } });
      let page = expectEventPage(await wait());
      // A service under load may not have come to the job yet.
      for (let turn = 0; turn < 2 && page.events.length === 0; turn += 1) page = expectEventPage(await wait());
      assert.equal(page.events[0]?.type, 'job.running');
      assert.equal(page.done, false);
      assert.ok(performance.now() - startMs > 500, 'answered before the event');
    },
    { ...echo, slow: true },
  ),
  must(
    'EVENT-006',
    'a wait in vain is an empty page with the same cursor',
    async ({ call, submitEcho }) => {
      const { id } = await submitEcho(1, { delaySeconds: 60 });
      const startMs = performance.now();
      const page = expectEventPage(await call('GET', `/jobs/${id}/events?after=1`, { headers: { prefer: 'wait=1' } }));
      assert.deepEqual(page, { events: [], cursor: 1, done: false });
      assert.ok(performance.now() - startMs < 15_000);
      await call('POST', `/jobs/${id}/cancel`);
    },
    echo,
  ),
  must(
    'EVENT-007',
    'a wait with events at hand, or at the end, answers at once',
    async (api) => {
      const id = await longLog(api);
      const all = await api.log(id);
      const startMs = performance.now();
      const headers = { prefer: 'wait=25' };
      assert.equal(expectEventPage(await api.call('GET', `/jobs/${id}/events?after=1`, { headers })).done, true);
      const page = expectEventPage(await api.call('GET', `/jobs/${id}/events?after=${all.length}`, { headers }));
      assert.deepEqual([page.events, page.done], [[], true]);
      assert.ok(performance.now() - startMs < 18_000);
    },
    { types: ['stream'] },
  ),
  must(
    'EVENT-008',
    'one event at its address is the event of the log',
    async ({ call, submitEcho, end, log }) => {
      const { id } = await submitEcho('x');
      await end(id);
      await eachRow(await log(id), async (event) => {
        assert.deepEqual(assertEvent((await call('GET', `/jobs/${id}/events/${event.seq}`)).body), event);
      });
    },
    echo,
  ),
  must(
    'EVENT-009',
    'an event that is not there is 404',
    async ({ call, submitEcho, end }) => {
      const { id } = await submitEcho('x');
      await end(id);
      await eachRow(['4', '0', '9999', '-1', 'abc', '1.0', '01', '99999999999999999999', '%00'], async (seq) => {
        const { status, text } = await call('GET', `/jobs/${id}/events/${seq}`);
        assert.ok([404, 400].includes(status), `${status} ${text.slice(0, 200)}`);
      });
      expectProblem(await call('GET', `/jobs/${id}/events/4`), 'not-found');
    },
    echo,
  ),
  must(
    'EVENT-010',
    'a bad limit is 400 and named',
    async ({ call, submitEcho }) => {
      const { id } = await submitEcho('x');
      await eachRow(['0', '1001', '-1', 'x', '1.5'], async (limit) => {
        expectFaults(expectProblem(await call('GET', `/jobs/${id}/events?limit=${limit}`), 'invalid-query'), ['limit']);
      });
    },
    echo,
  ),
  must(
    'EVENT-011',
    'parts are in order, each once, with their run',
    async (api) => {
      const id = await longLog(api);
      const parts = (await api.log(id)).filter(({ type }) => type === 'job.output');
      const data = parts.map((event) => event.data as { run: number; part: { index: number; text: string } });
      assert.equal(data.length, 40);
      assert.ok(data.every(({ run }) => run === 1));
      assert.deepEqual(
        data.map(({ part }) => part.index - (data[0]?.part.index ?? 0)),
        data.map((_, index) => index),
      );
    },
    { types: ['stream'] },
  ),
  must(
    'EVENT-012',
    'progress is a level: fewer may be there, the newest is right',
    async ({ submit, end, log }) => {
      const { id } = await submit({ type: 'countdown', input: { steps: 30, intervalMs: 20 } });
      const { progress } = await end(id);
      const events = await log(id);
      assertWholeLog(events);
      assert.equal(events.filter(({ type }) => type === 'job.output').length, 30);
      const told = events.filter(({ type }) => type === 'job.progress').map(({ data }) => data);
      assert.equal(progress?.percent, 100);
      assert.deepEqual(told.at(-1), { run: 1, ...progress });
    },
    { types: ['countdown'] },
  ),
  must(
    'EVENT-013',
    'a log read while it grows has no gap and no repeat',
    async ({ submit, call }) => {
      const { id } = await submit({ type: 'stream', input: { parts: 200, intervalMs: 5, bytes: 200 } });
      const events: JobEvent[] = [];
      for (let after = 0, done = false; !done; ) {
        const page = expectEventPage(
          await call('GET', `/jobs/${id}/events?after=${after}&limit=50`, { headers: { prefer: 'wait=20' } }),
        );
        events.push(...page.events);
        ({ cursor: after, done } = page);
      }
      assertWholeLog(events);
      assert.equal(events.filter(({ type }) => type === 'job.output').length, 200);
    },
    { types: ['stream'], slow: true },
  ),
  should(
    'EVENT-014',
    'an Accept that nothing matches is 406',
    async ({ call, submitEcho }) => {
      const { id } = await submitEcho('x');
      const answer = await call('GET', `/jobs/${id}/events`, { headers: { accept: 'image/png' } });
      expectProblem(answer, 'not-acceptable');
    },
    echo,
  ),
];
