import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Api } from './api.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { expectJob } from './expect.ts';
import { expectFaults, expectProblem } from './problem.ts';

const echo = { types: ['echo'] };
const body = { type: 'echo', input: { value: { a: 1, b: [1, 2] } } };

function submitWith({ call }: Api, key: string, raw: string, headers: Record<string, string> = {}) {
  return call('POST', '/jobs', { raw, headers: { 'idempotency-key': key, ...headers } });
}

/** Idempotency-Key: section 5. */
export const idempotencyCases: Case[] = [
  must(
    'IDEMPOTENCY-001',
    'the same key and body give the same job, replayed',
    async (api) => {
      const key = randomUUID();
      const first = await submitWith(api, key, JSON.stringify(body));
      const again = await submitWith(api, key, JSON.stringify(body));
      assert.notEqual(first.headers.get('idempotency-replayed'), 'true');
      assert.equal(again.headers.get('idempotency-replayed'), 'true');
      assert.equal(expectJob(again, 202).id, expectJob(first, 202).id);
      assert.equal(again.headers.get('location'), first.headers.get('location'));
    },
    echo,
  ),
  must(
    'IDEMPOTENCY-002',
    'order of members, spaces and spellings of numbers do not make another body',
    async (api) => {
      const key = randomUUID();
      const { id } = expectJob(await submitWith(api, key, JSON.stringify(body)), 202);
      const rows = [
        '{"input":{"value":{"b":[1,2],"a":1}},"type":"echo"}',
        ' { "type" : "echo" , "input" : { "value" : { "a" : 1.0 , "b" : [ 1e0 , 2 ] } } } ',
        '{"type":"\\u0065cho","input":{"value":{"a":1,"b":[1,2]}}}',
      ];
      await eachRow(rows, async (raw) => {
        assert.equal(expectJob(await submitWith(api, key, raw), 202).id, id);
      });
    },
    echo,
  ),
  must(
    'IDEMPOTENCY-003',
    'the same key and another body are 422 idempotency-mismatch',
    async (api) => {
      const key = randomUUID();
      const { id } = expectJob(await submitWith(api, key, JSON.stringify(body)), 202);
      const rows = [
        { ...body, input: { value: 2 } },
        { ...body, input: { value: { a: 1, b: [2, 1] } } },
        { ...body, delaySeconds: 5 },
        { ...body, metadata: { a: 'b' } },
      ];
      await eachRow(rows, async (other) => {
        expectProblem(await submitWith(api, key, JSON.stringify(other)), 'idempotency-mismatch');
      });
      assert.deepEqual((await api.end(id)).output, body.input);
    },
    echo,
  ),
  must(
    'IDEMPOTENCY-004',
    'many at the same moment give one job',
    async (api) => {
      const key = randomUUID();
      const answers = await Promise.all(Array.from({ length: 10 }, () => submitWith(api, key, JSON.stringify(body))));
      const ids = new Set(answers.map((answer) => expectJob(answer, 202).id));
      assert.equal(ids.size, 1);
      const log = await api.end([...ids][0] ?? '').then(({ id }) => api.log(id));
      assert.deepEqual(
        log.map(({ type }) => type),
        ['job.queued', 'job.running', 'job.succeeded'],
      );
    },
    echo,
  ),
  must(
    'IDEMPOTENCY-005',
    'two bodies at the same moment: one job, the other is a mismatch',
    async (api) => {
      const key = randomUUID();
      const bodies = [body, { ...body, input: { value: 'another' } }];
      const answers = await Promise.all(bodies.map((each) => submitWith(api, key, JSON.stringify(each))));
      assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 422]);
      const [won] = answers.filter(({ status }) => status === 202);
      assert.ok(won);
      const job = await api.end(expectJob(won, 202).id);
      assert.deepEqual(job.output, job.input);
    },
    echo,
  ),
  must(
    'IDEMPOTENCY-006',
    'a repeat after the end is 202 with the job as it is now',
    async (api) => {
      const key = randomUUID();
      const { id } = expectJob(await submitWith(api, key, JSON.stringify(body)), 202);
      await api.end(id);
      const again = await submitWith(api, key, JSON.stringify(body));
      const job = expectJob(again, 202);
      assert.deepEqual([job.id, job.status, job.output], [id, 'succeeded', body.input]);
      assert.equal(again.headers.get('idempotency-replayed'), 'true');
    },
    echo,
  ),
  must(
    'IDEMPOTENCY-007',
    'a repeat that waits is 200 where the job is done',
    async (api) => {
      const key = randomUUID();
      const first = await api.submitAndWait({ raw: JSON.stringify(body), headers: { 'idempotency-key': key } });
      const again = await submitWith(api, key, JSON.stringify(body), { prefer: 'wait=20' });
      assert.equal(expectJob(first, 200).id, expectJob(again, 200).id);
      assert.equal(again.headers.get('idempotency-replayed'), 'true');
    },
    echo,
  ),
  must(
    'IDEMPOTENCY-008',
    'a key of 255 characters is taken, one of 256 is refused',
    async (api) => {
      const start = randomUUID();
      expectJob(await submitWith(api, start.padEnd(255, 'k'), JSON.stringify(body)), 202);
      const problem = expectProblem(
        await submitWith(api, start.padEnd(256, 'k'), JSON.stringify(body)),
        'invalid-query',
      );
      expectFaults(problem, ['Idempotency-Key']);
    },
    echo,
  ),
  must(
    'IDEMPOTENCY-009',
    'keys of odd characters earn no 5xx and are told apart',
    async (api) => {
      const start = randomUUID();
      const ids = new Set<string>();
      const keys = ['"quoted"', 'a,b', 'a=b;c', '%00', '\u00e4', "'", '#', 'A', 'a', '{}'];
      await eachRow(keys, async (key) => {
        const answer = await submitWith(api, start + key, JSON.stringify(body));
        if (answer.status === 202) ids.add(expectJob(answer, 202).id);
        else expectProblem(answer, 'invalid-query');
      });
      assert.ok(ids.size >= keys.length - 1, `${ids.size} jobs for ${keys.length} keys`);
    },
    echo,
  ),
  must(
    'IDEMPOTENCY-010',
    'the key of a batch entry makes that entry idempotent',
    async (api) => {
      const key = randomUUID();
      const jobs = [{ ...body, idempotencyKey: key }, body];
      const ids = async () => {
        const { results } = (await api.call('POST', '/jobs/batch', { body: { jobs } })).body as {
          results: { job: { id: string } }[];
        };
        return results.map(({ job }) => job.id);
      };
      const [first, second] = [await ids(), await ids()];
      assert.equal(first[0], second[0]);
      assert.notEqual(first[1], second[1]);
    },
    echo,
  ),
  should(
    'IDEMPOTENCY-011',
    'a key in the header and in a batch entry are the same key',
    async (api) => {
      const key = randomUUID();
      const { id } = expectJob(await submitWith(api, key, JSON.stringify(body)), 202);
      const jobs = [
        { ...body, idempotencyKey: key },
        { ...body, input: { value: 'other' }, idempotencyKey: key },
      ];
      const { results } = (await api.call('POST', '/jobs/batch', { body: { jobs } })).body as {
        results: { status: number; job?: { id: string } }[];
      };
      assert.equal(results[0]?.job?.id, id);
      assert.equal(results[1]?.status, 422);
    },
    echo,
  ),
  must(
    'IDEMPOTENCY-012',
    'a repeat of a job that still waits keeps its delay',
    async (api) => {
      const key = randomUUID();
      const raw = JSON.stringify({ ...body, delaySeconds: 4 });
      const first = expectJob(await submitWith(api, key, raw), 202);
      expectJob(await submitWith(api, key, raw), 202);
      const job = await api.end(first.id);
      assert.equal(job.run, 1);
      const waitedMs = Date.parse(job.startedAt ?? '') - Date.parse(job.createdAt);
      assert.ok(waitedMs >= 3900, `started after ${waitedMs} ms`);
    },
    echo,
  ),
  must(
    'IDEMPOTENCY-013',
    'mismatches with large inputs, however many, leave the job as it was',
    async (api) => {
      const key = randomUUID();
      const large = (letter: string) => JSON.stringify({ ...body, input: { value: letter.repeat(60_000) } });
      const { id } = expectJob(await submitWith(api, key, large('a')), 202);
      const letters = [...'bcdefghijklmnopqrstu'];
      await eachRow(letters, async (letter) => {
        expectProblem(await submitWith(api, key, large(letter)), 'idempotency-mismatch');
      });
      const { input, output } = await api.end(id);
      assert.deepEqual([input, output], [{ value: 'a'.repeat(60_000) }, { value: 'a'.repeat(60_000) }]);
    },
    echo,
  ),
];
