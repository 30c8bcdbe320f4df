import assert from 'node:assert/strict';
import type { Job, JobType, Json } from '../../protocol/types.ts';
import type { Api } from './api.ts';
import { type Case, eachRow, must } from './case.ts';

interface Column {
  name: string;
  type: string;
  count: number;
  empty: number;
  distinct: number;
  min?: Json;
  max?: Json;
  mean?: number;
  top: { value: string; count: number }[];
}

interface Link {
  url: string;
  ok: boolean;
  status?: number;
  error?: string;
}

const csvProfile = { types: ['csv-profile'] };

async function ended({ submit, end }: Api, type: string, input: Json): Promise<Job> {
  return await end((await submit({ type, input })).id);
}

async function profiled(api: Api, input: Json): Promise<{ rows: number; columns: Column[] }> {
  const job = await ended(api, 'csv-profile', input);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  return job.output as unknown as { rows: number; columns: Column[] };
}

/** The job types that come along: section 14. */
export const typeCases: Case[] = [
  must(
    'TYPE-001',
    'csv-profile: the figures of a small file are right',
    async (api) => {
      const csv =
        'id,score,ok,born,name\n1,1.5,true,2001-02-03,Ada\n2,2.5,false,2002-03-04,"Grace ""H"""\n3,,true,,Ada\n';
      const { rows, columns } = await profiled(api, { csv });
      assert.equal(rows, 3);
      const row = ({ name, type, count, empty, distinct, min, max, mean }: Column) => ({
        name,
        type,
        count,
        empty,
        distinct,
        min,
        max,
        mean,
      });
      const [id, score, ok, born, name] = columns.map(row);
      assert.deepEqual(id, { name: 'id', type: 'integer', count: 3, empty: 0, distinct: 3, min: 1, max: 3, mean: 2 });
      assert.deepEqual(score, {
        name: 'score',
        type: 'number',
        count: 2,
        empty: 1,
        distinct: 2,
        min: 1.5,
        max: 2.5,
        mean: 2,
      });
      assert.deepEqual([ok?.type, ok?.count, ok?.distinct], ['boolean', 3, 2]);
      assert.deepEqual([born?.type, born?.count, born?.empty], ['date', 2, 1]);
      assert.deepEqual([name?.type, name?.distinct], ['text', 2]);
      assert.deepEqual(columns[4]?.top, [
        { value: 'Ada', count: 2 },
        { value: 'Grace "H"', count: 1 },
      ]);
    },
    csvProfile,
  ),
  must(
    'TYPE-002',
    'csv-profile: RFC 4180 quoting, line ends, delimiters and headers',
    async (api) => {
      const rows: { input: Record<string, Json>; count: number; names?: string[] }[] = [
        { input: { csv: 'a,b\r\n1,2\r\n' }, count: 1, names: ['a', 'b'] },
        { input: { csv: 'a,b\n1,2' }, count: 1, names: ['a', 'b'] },
        { input: { csv: 'a,b\n"x\ny","1,2"\n' }, count: 1, names: ['a', 'b'] },
        { input: { csv: '"a ""q""",b\n1,2\n' }, count: 1, names: ['a "q"', 'b'] },
        { input: { csv: 'a;b\n1;2\n3;4\n', delimiter: ';' }, count: 2, names: ['a', 'b'] },
        { input: { csv: '1,2\n3,4\n', hasHeader: false }, count: 2 },
        { input: { csv: '\ufeffa,b\n1,2\n' }, count: 1, names: ['a', 'b'] },
      ];
      await eachRow(rows, async ({ input, count, names }) => {
        const { rows: found, columns } = await profiled(api, input);
        assert.equal(found, count);
        assert.equal(columns.length, 2);
        if (names)
          assert.deepEqual(
            columns.map(({ name }) => name),
            names,
          );
      });
    },
    csvProfile,
  ),
  must(
    'TYPE-003',
    'csv-profile: a malformed file is a final error with line and column',
    async (api) => {
      await eachRow(['a,b\n1,"2\n', 'a,b\n1,2\n1,"x"y\n'], async (csv) => {
        const job = await ended(api, 'csv-profile', { csv });
        assert.deepEqual([job.status, job.run], ['failed', 1], JSON.stringify(job));
        assert.match(job.error?.message ?? '', /line \d+.*column \d+/i);
      });
    },
    csvProfile,
  ),
  must(
    'TYPE-004',
    'csv-profile: the five most frequent values, in order',
    async (api) => {
      const csv = `v\n${['a', 'b', 'b', 'c', 'c', 'c', 'd', 'd', 'd', 'd', 'e', 'e', 'e', 'e', 'e', 'f', 'f', 'f', 'f', 'f', 'f'].join('\n')}\n`;
      const { columns } = await profiled(api, { csv });
      assert.deepEqual(
        columns[0]?.top.map(({ value, count }) => [value, count]),
        [
          ['f', 6],
          ['e', 5],
          ['d', 4],
          ['c', 3],
          ['b', 2],
        ],
      );
      assert.equal(columns[0]?.distinct, 6);
    },
    csvProfile,
  ),
  must(
    'TYPE-005',
    'countdown: a part at each step, and an end',
    async (api) => {
      const job = await ended(api, 'countdown', { steps: 5, intervalMs: 10 });
      assert.equal(job.status, 'succeeded');
      const parts = (await api.log(job.id)).filter(({ type }) => type === 'job.output');
      assert.equal(parts.length, 5);
    },
    { types: ['countdown'] },
  ),
  must(
    'TYPE-006',
    'link-check: what a link answers, and what may not be asked',
    async (api) => {
      const good = `${api.target.url}/health`;
      const urls = [
        good,
        'http://169.254.169.254/latest/meta-data/',
        'http://[::ffff:169.254.169.254]/',
        'https://no-such-name.invalid/',
      ];
      const job = await ended(api, 'link-check', { urls });
      assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
      const { links } = job.output as unknown as { links: Link[] };
      assert.deepEqual(
        links.map(({ url, ok, status }) => ({ url, ok, status })),
        urls.map((url) => ({ url, ok: url === good, status: url === good ? 200 : undefined })),
      );
      for (const { url, error = '' } of links.slice(1, 3)) assert.match(error, /^Cannot call this URL: /, url);
    },
    { types: ['link-check'], slow: true },
  ),
  must(
    'TYPE-007',
    'stream: as many parts as asked, then their number',
    async (api) => {
      const job = await ended(api, 'stream', { parts: 7, intervalMs: 0, bytes: 100 });
      assert.deepEqual(job.output, { parts: 7 });
      const parts = (await api.log(job.id)).filter(({ type }) => type === 'job.output');
      assert.equal(parts.length, 7);
    },
    { types: ['stream'] },
  ),
  must(
    'TYPE-008',
    'echo: delayMs delays the end',
    async (api) => {
      const job = await ended(api, 'echo', { value: null, delayMs: 700 });
      assert.ok(Date.parse(job.finishedAt ?? '') - Date.parse(job.startedAt ?? '') >= 690, JSON.stringify(job));
    },
    { types: ['echo'] },
  ),
  must(
    'TYPE-009',
    'the bounds of the test types are kept',
    async ({ call }) => {
      const rows: { type: string; input: Json }[] = [
        { type: 'echo', input: { value: 1, delayMs: 60_001 } },
        { type: 'flaky', input: { failures: 21 } },
        { type: 'flaky', input: { failures: -1 } },
        { type: 'stream', input: { parts: 0, intervalMs: 0, bytes: 1 } },
        { type: 'stream', input: { parts: 5001, intervalMs: 0, bytes: 1 } },
        { type: 'stream', input: { parts: 1, intervalMs: 0, bytes: 100_001 } },
        { type: 'crash', input: { mode: 'nope' } },
        { type: 'crash', input: { mode: 'exit', runs: 0 } },
      ];
      await eachRow(rows, async (body) => {
        assert.equal((await call('POST', '/jobs', { body })).status, 422);
      });
    },
    { types: ['echo', 'flaky', 'stream', 'crash'] },
  ),
  must(
    'TYPE-010',
    'flaky and crash: their limits, and a first pause of about 1 s',
    async (api) => {
      const { items } = (await api.call('GET', '/types')).body as { items: JobType[] };
      const limitsOf = (type: string) => {
        const { timeoutSeconds, batch, maxRuns, backoffSeconds } =
          items.find(({ name }) => name === type)?.limits ?? {};
        return { timeoutSeconds, batch, maxRuns, backoffSeconds };
      };
      const limits = { timeoutSeconds: 5, batch: 1, maxRuns: 25, backoffSeconds: 1 };
      assert.deepEqual([limitsOf('flaky'), limitsOf('crash')], [limits, { ...limits, maxRuns: 3 }]);
      const job = await ended(api, 'flaky', { failures: 1 });
      assert.deepEqual([job.run, job.maxRuns], [2, 25]);
      const retrying = (await api.log(job.id)).find(({ type }) => type === 'job.retrying');
      const { nextRunAt = '' } = (retrying?.data ?? {}) as { nextRunAt?: string };
      const pauseMs = Date.parse(nextRunAt) - Date.parse(retrying?.time ?? '');
      assert.ok(pauseMs >= 800 && pauseMs <= 1200, `${pauseMs} ms`);
    },
    { types: ['flaky', 'crash'] },
  ),
];
