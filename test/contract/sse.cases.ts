import assert from 'node:assert/strict';
import type { JobEvent } from '../../protocol/types.ts';
import type { Answer, Api } from './api.ts';
import { type Case, eachRow, must } from './case.ts';
import { expectProblem } from './problem.ts';

const accept = 'text/event-stream';

interface Frame {
  id?: string;
  event?: string;
  data?: string;
}

/** The frames of a stream that has ended (WHATWG HTML, 9.2.6), comments left out. */
function framesOf(answer: Answer): Frame[] {
  assert.equal(answer.status, 200, answer.text.slice(0, 300));
  assert.match(answer.headers.get('content-type') ?? '', /^text\/event-stream/);
  const blocks = answer.text.split('\n\n').map((block) => block.split('\n').filter((line) => !line.startsWith(':')));
  const frames = blocks.map((lines) => Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/s, 2))) as Frame);
  return frames.filter(({ event }) => event !== undefined);
}

const eventsOf = (answer: Answer): JobEvent[] =>
  framesOf(answer)
    .filter(({ event }) => event !== 'reset')
    .map(({ data = '' }) => JSON.parse(data));

/** The id of a job that is done, with parts in its log. */
function doneJob(api: Api): Promise<string> {
  return api.once('sse-job', async () => {
    const { id } = await api.submit({ type: 'stream', input: { parts: 5, intervalMs: 0, bytes: 50 } });
    await api.end(id);
    return id;
  });
}

const stream = { types: ['stream'] };

/** Server-Sent Events: section 8. */
export const sseCases: Case[] = [
  must(
    'SSE-001',
    'the log as a stream: retry first, each event with its seq and type, then the end',
    async (api) => {
      const id = await doneJob(api);
      const answer = await api.call('GET', `/jobs/${id}/events`, { headers: { accept } });
      assert.match(answer.text, /^(:[^\n]*\n+)*retry: ?250\n/);
      assert.deepEqual(eventsOf(answer), await api.log(id));
      for (const { id: seq, event, data = '' } of framesOf(answer)) {
        const told = JSON.parse(data) as JobEvent;
        assert.deepEqual([seq, event], [String(told.seq), told.type]);
      }
    },
    stream,
  ),
  must(
    'SSE-002',
    'Last-Event-ID and after resume behind the cursor',
    async (api) => {
      const id = await doneJob(api);
      const log = await api.log(id);
      await eachRow([0, 1, 3, log.length - 1], async (after) => {
        const rest = log.filter(({ seq }) => seq > after);
        const headers = { accept, 'last-event-id': String(after) };
        assert.deepEqual(eventsOf(await api.call('GET', `/jobs/${id}/events`, { headers })), rest);
        const address = `/jobs/${id}/events?after=${after}`;
        assert.deepEqual(eventsOf(await api.call('GET', address, { headers: { accept } })), rest);
      });
    },
    stream,
  ),
  must(
    'SSE-003',
    'a cursor at the end is 204, so that an EventSource stops',
    async (api) => {
      const id = await doneJob(api);
      const headers = { accept, 'last-event-id': String((await api.log(id)).at(-1)?.seq) };
      const answer = await api.call('GET', `/jobs/${id}/events`, { headers });
      assert.deepEqual([answer.status, answer.text], [204, '']);
    },
    stream,
  ),
  must(
    'SSE-004',
    'a cursor that never was is a reset without an id, then the log from its start',
    async (api) => {
      const id = await doneJob(api);
      await eachRow(['9999', 'x', '-1'], async (cursor) => {
        const answer = await api.call('GET', `/jobs/${id}/events`, { headers: { accept, 'last-event-id': cursor } });
        const [reset] = framesOf(answer);
        assert.deepEqual([reset?.event, reset?.id], ['reset', undefined]);
        assert.equal((JSON.parse(reset?.data ?? '{}') as { job: { id: string } }).job.id, id);
        assert.deepEqual(eventsOf(answer), await api.log(id));
      });
    },
    stream,
  ),
  must('SSE-005', 'a stream that is refused is a problem document', async ({ call }) => {
    const path = '/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa/events';
    expectProblem(await call('GET', path, { headers: { accept } }), 'not-found');
    assert.equal((await call('GET', path, { headers: { accept }, credential: null })).status, 401);
  }),
  must(
    'SSE-006',
    'events come as they happen',
    async ({ target, credential, submit }) => {
      const { links } = await submit({ type: 'countdown', input: { steps: 8, intervalMs: 400 } });
      const headers = { accept, authorization: `Bearer ${credential}` };
      const response = await fetch(links.events.replace(/^.*(?=\/jobs\/)/, target.url), { headers });
      const arrivals = new Set<number>();
      for await (const _ of response.body ?? []) arrivals.add(Math.round(performance.now() / 100));
      assert.ok(arrivals.size >= 5, `8 steps came in ${arrivals.size} portions`);
    },
    { types: ['countdown'], slow: true },
  ),
];
