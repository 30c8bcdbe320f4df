import assert from 'node:assert/strict';
import type { Json } from '../../protocol/types.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { assertRetryAfter, expectJob } from './expect.ts';

const echo = { types: ['echo'] };
const values: Json[] = [
  null,
  0,
  -0.5,
  1e308,
  5e-324,
  9007199254740991,
  true,
  '',
  'text',
  '\u0000\u0001\u007f\u2028\u2029',
  '\ud83d\udca9 \u00e4\u00f6\u00fc \u4e2d\u6587 \u202e',
  '\ud800',
  [],
  {},
  { '': '', ' ': 1, 'a/b~c': { $ref: '#' }, 'x.y': [] },
  [[[[[[1]]]]]],
  '{"json":"in a string"}',
  'upload://',
  '\u0024{jndi:x} {{7*7}} <script>',
];

/** A good submit: section 5. */
export const submitCases: Case[] = [
  must(
    'SUBMIT-001',
    'a good submit is 202 with Location, Retry-After and the queued job',
    async ({ call }) => {
      const answer = await call('POST', '/jobs', { body: { type: 'echo', input: { value: 'a' } } });
      const job = expectJob(answer, 202);
      assert.equal(answer.headers.get('location'), job.links.self);
      assertRetryAfter(answer);
      assert.deepEqual([job.type, job.status, job.done, job.seq, job.run], ['echo', 'queued', false, 1, 0]);
      assert.deepEqual(job.input, { value: 'a' });
      assert.ok(Math.abs(Date.parse(job.createdAt) - Date.now()) < 30_000, job.createdAt);
    },
    echo,
  ),
  must(
    'SUBMIT-002',
    'a job runs and ends with its output',
    async ({ end, submitEcho }) => {
      const job = await end((await submitEcho({ a: [1] })).id);
      assert.deepEqual([job.status, job.run, job.output], ['succeeded', 1, { value: { a: [1] } }]);
    },
    echo,
  ),
  must(
    'SUBMIT-003',
    'an input comes back as it was sent, whatever it holds',
    async ({ submitAndWait }) => {
      await eachRow(values, async (value) => {
        const job = expectJob(await submitAndWait({ body: { type: 'echo', input: { value } } }), 200);
        assert.deepEqual(job.input, { value });
        assert.deepEqual(job.output, { value });
      });
    },
    echo,
  ),
  must(
    'SUBMIT-004',
    'members named like prototypes are data',
    async ({ submitAndWait }) => {
      const raw = '{"type":"echo","input":{"value":{"__proto__":{"a":1},"constructor":{"prototype":{"b":2}}}}}';
      const answer = await submitAndWait({ raw });
      assert.equal(answer.status, 200, answer.text);
      const member = '"value":{"__proto__":{"a":1},"constructor":{"prototype":{"b":2}}}';
      assert.equal(answer.text.split(member).length, 3, `not both in input and output: ${answer.text}`);
    },
    echo,
  ),
  must(
    'SUBMIT-005',
    'two submits without a key are two jobs',
    async ({ submitEcho }) => {
      const [one, two] = [await submitEcho(1), await submitEcho(1)];
      assert.notEqual(one.id, two.id);
    },
    echo,
  ),
  must(
    'SUBMIT-006',
    'metadata comes back, up to its bounds',
    async ({ submitEcho, read }) => {
      const full = Object.fromEntries(
        Array.from({ length: 16 }, (_, n) => [`${n}`.padEnd(64, 'k'), '\u00e4'.repeat(512)]),
      );
      await eachRow([{ a: '' }, { 'x/y': 'z', __x: '1' }, full], async (metadata) => {
        const job = await submitEcho(1, { metadata });
        assert.deepEqual(job.metadata, metadata);
        assert.deepEqual((await read(job.id)).metadata, metadata);
      });
      assert.equal((await submitEcho(1)).metadata, undefined);
    },
    echo,
  ),
  must(
    'SUBMIT-007',
    'delaySeconds holds the job back',
    async ({ submitEcho, end, read }) => {
      const { id } = await submitEcho(1, { delaySeconds: 2 });
      assert.equal((await read(id)).status, 'queued');
      const job = await end(id);
      const waitedMs = Date.parse(job.startedAt ?? '') - Date.parse(job.createdAt);
      assert.ok(waitedMs >= 1900 && waitedMs < 25_000, `started after ${waitedMs} ms`);
    },
    echo,
  ),
  must(
    'SUBMIT-008',
    'delaySeconds and deadlineSeconds are taken at their bounds',
    async ({ submitEcho, call }) => {
      const rows = [{ delaySeconds: 0 }, { delaySeconds: 900 }, { deadlineSeconds: 1 }, { deadlineSeconds: 604_800 }];
      await eachRow(rows, async (rest) => {
        const { id } = await submitEcho(1, rest);
        await call('POST', `/jobs/${id}/cancel`);
      });
    },
    echo,
  ),
  must(
    'SUBMIT-009',
    'traceparent is taken, an odd one does no harm, and the answer names the trace of the job',
    async ({ call }) => {
      const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const rows = [good, 'x', '00-0-0-0', '', '0'.repeat(500)];
      await eachRow(rows, async (traceparent) => {
        const body = { type: 'echo', input: { value: 1 } };
        const answer = await call('POST', '/jobs', { body, headers: { traceparent } });
        expectJob(answer, 202);
        const named = answer.headers.get('traceparent') ?? '';
        assert.match(named, /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/);
        assert.equal(named === traceparent, traceparent === good);
      });
    },
    echo,
  ),
  must(
    'SUBMIT-010',
    'application/json is taken in all its spellings',
    async ({ call }) => {
      const rows = [
        'application/json',
        'application/json; charset=utf-8',
        'application/json;charset=UTF-8',
        'Application/JSON',
      ];
      await eachRow(rows, async (type) => {
        const answer = await call('POST', '/jobs', {
          body: { type: 'echo', input: { value: 1 } },
          headers: { 'content-type': type },
        });
        expectJob(answer, 202);
      });
    },
    echo,
  ),
  should(
    'SUBMIT-011',
    'a body of unknown length is taken',
    async ({ call }) => {
      const raw = new Blob(['{"type":"echo",', '"input":{"value":1}}']).stream();
      expectJob(await call('POST', '/jobs', { raw }), 202);
    },
    echo,
  ),
  must(
    'SUBMIT-012',
    'ids cannot be guessed from one another',
    async ({ submitEcho }) => {
      const ids = await Promise.all(Array.from({ length: 5 }, async () => (await submitEcho(1)).id));
      const starts = new Set(ids.map((id) => id.slice(0, 10)));
      assert.equal(starts.size, 5, ids.join(' '));
    },
    echo,
  ),
];
