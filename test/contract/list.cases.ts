import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { limits } from '../../protocol/limits.ts';
import type { Job } from '../../protocol/types.ts';
import type { Api } from './api.ts';
import { type Case, eachRow, must } from './case.ts';
import { expectPage } from './expect.ts';
import { expectFaults, expectProblem } from './problem.ts';

const echo = { types: ['echo'] };

/** Jobs of the run's own, five of them in the order of their submits; listed once the index shows them. */
function fiveJobs(api: Api): Promise<Job[]> {
  return api.once('list-five', async () => {
    const jobs: Job[] = [];
    for (let n = 0; n < 5; n += 1) {
      jobs.push(await api.submitEcho(n, { metadata: { five: randomUUID() }, delaySeconds: n === 4 ? 900 : 0 }));
      await pause(5);
    }
    for (const { id } of jobs.slice(0, 4)) await api.end(id);
    await listed(api, jobs);
    return jobs;
  });
}

/** The jobs as the list shows them, once the index shows all of them. */
export async function listed(api: Api, jobs: Pick<Job, 'id'>[]): Promise<Job[]> {
  for (const endMs = Date.now() + 30_000; Date.now() < endMs; await pause(200)) {
    const items = new Map((await walk(api, '?limit=100', 2000)).map((job) => [job.id, job]));
    const found = jobs.map(({ id }) => items.get(id)).filter((job) => job !== undefined);
    if (found.length === jobs.length) return found;
  }
  throw new Error(`Not all of ${jobs.length} jobs are in the list 30 s after their submits`);
}

/** All items of a list from its first page on, or the newest `most`. */
async function walk({ call }: Api, query: string, most: number): Promise<Job[]> {
  const items: Job[] = [];
  for (let address = `/jobs${query}`; ; ) {
    const answer = await call('GET', address);
    const page = expectPage(answer);
    items.push(...page.items);
    if (page.next === undefined || items.length >= most) return items;
    address = /<([^>]+)>;\s*rel="?next/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
    assert.match(address, /^https?:/, 'Link gives no absolute URL');
  }
}

/** `GET /v1/jobs`: sections 6 and 13. */
export const listCases: Case[] = [
  must(
    'LIST-001',
    'a list is newest first, without inputs',
    async (api) => {
      const jobs = await fiveJobs(api);
      const items = await walk(api, '?limit=100', 2000);
      const times = items.map(({ createdAt }) => createdAt);
      assert.deepEqual(times, times.toSorted().reverse());
      const places = jobs.map((job) => items.findIndex(({ id }) => id === job.id));
      assert.deepEqual(
        places,
        places.toSorted((a, b) => b - a),
      );
    },
    echo,
  ),
  must(
    'LIST-002',
    'pages of any size give each job once',
    async (api) => {
      const jobs = await fiveJobs(api);
      await eachRow([1, 2, 7], async (limit) => {
        const items = await walk(api, `?limit=${limit}`, 40);
        const ids = items.map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length, 'a job stands twice');
        assert.ok(ids.length >= Math.min(5, jobs.length));
      });
    },
    echo,
  ),
  must(
    'LIST-003',
    'a page holds at most `limit`, 20 where nothing is said',
    async (api) => {
      const jobs = Array.from({ length: 21 }, (_, n) => ({ type: 'echo', input: { value: n } }));
      const { body } = await api.call('POST', '/jobs/batch', { body: { jobs } });
      await listed(
        api,
        (body as { results: { job: Job }[] }).results.map(({ job }) => job),
      );
      const countOn = async (query: string) => expectPage(await api.call('GET', `/jobs${query}`)).items.length;
      assert.deepEqual([await countOn('?limit=2'), await countOn('')], [2, 20]);
      const most = await countOn('?limit=100');
      assert.ok(most > 20 && most <= 100, `${most} jobs`);
    },
    echo,
  ),
  must(
    'LIST-004',
    'next is good as page, and Link names the same page',
    async (api) => {
      await fiveJobs(api);
      const first = await api.call('GET', '/jobs?limit=2&type=echo');
      const { next = '' } = expectPage(first);
      const link = new URL(/<([^>]+)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '');
      assert.equal(link.searchParams.get('page'), next);
      assert.deepEqual([link.searchParams.get('limit'), link.searchParams.get('type')], ['2', 'echo']);
      assert.ok(
        expectPage(await api.call('GET', `/jobs?limit=2&type=echo&page=${encodeURIComponent(next)}`)).items.length > 0,
      );
    },
    echo,
  ),
  must(
    'LIST-005',
    'type and status filter the list',
    async (api) => {
      const jobs = await fiveJobs(api);
      const [first, last] = [jobs[0]?.id, jobs[4]?.id];
      const rows = [
        { query: 'type=echo&status=succeeded', has: first, not: last },
        { query: 'type=echo&status=queued', has: last, not: first },
        { query: 'status=succeeded', has: first, not: last },
      ];
      await eachRow(rows, async ({ query, has, not }) => {
        const items = await walk(api, `?limit=100&${query}`, 2000);
        const ids = items.map(({ id }) => id);
        assert.ok(has && ids.includes(has), 'a job is missing');
        assert.ok(not && !ids.includes(not), 'a job is too many');
        for (const [name, value] of new URLSearchParams(query)) {
          for (const job of items) assert.equal(job[name as 'type' | 'status'], value);
        }
      });
    },
    echo,
  ),
  must('LIST-006', 'a bad query is 400 with each parameter named', async ({ call }) => {
    const rows: [string, string[]][] = [
      ['limit=0', ['limit']],
      ['limit=101', ['limit']],
      ['limit=-1', ['limit']],
      ['limit=1.5', ['limit']],
      ['limit=x', ['limit']],
      ['limit=', ['limit']],
      ['status=nope', ['status']],
      ['status=', ['status']],
      ['page=nope', ['page']],
      ['page=%00', ['page']],
      [`page=${'A'.repeat(3000)}`, ['page']],
      ['limit=0&status=done', ['limit', 'status']],
    ];
    await eachRow(rows, async ([query, places]) => {
      expectFaults(expectProblem(await call('GET', `/jobs?${query}`), 'invalid-query'), places);
    });
  }),
  must(
    'LIST-007',
    'a page that was bent is 400',
    async (api) => {
      await fiveJobs(api);
      const { next = '' } = expectPage(await api.call('GET', '/jobs?limit=1'));
      const rows = [
        next.slice(1),
        next.slice(0, -3),
        `${next}x`,
        next.split('').reverse().join(''),
        Buffer.from('{}').toString('base64url'),
        Buffer.from('{"pk":"x"}').toString('base64url'),
        'null',
      ];
      await eachRow(rows, async (page) => {
        const answer = await api.call('GET', `/jobs?limit=1&page=${encodeURIComponent(page)}`);
        expectFaults(expectProblem(answer, 'invalid-query'), ['page']);
      });
    },
    echo,
  ),
  must('LIST-008', 'parameters that stand twice or are unknown earn no 5xx', async ({ call }) => {
    await eachRow(
      ['limit=1&limit=2', 'type=a&type=b', 'x=y', 'type=%F0%9F%92%A9', 'type=', 'limit[]=1', '%', '%zz=1'],
      async (query) => {
        const { status } = await call('GET', `/jobs?${query}`);
        assert.ok([200, 400].includes(status), `${status}`);
      },
    );
  }),
  must(
    'LIST-009',
    'a page of large jobs ends early, with a next behind what it shows',
    async (api) => {
      const { keys } = api.target;
      if (!keys) throw new Error('Cannot make a key: the target has no way to');
      const own = api.as((await keys.make({ tenant: `list-${Date.now()}` })).key);
      // Six bytes of JSON for each character, and one more on the way. Delayed: it is the list that matters, not a run.
      const entry = (n: number) => [String(n).padEnd(limits.maxMetadataKeyLength, '\u0001'), '\u0001'.repeat(512)];
      const metadata = Object.fromEntries(Array.from({ length: limits.maxMetadataEntries }, (_, n) => entry(n)));
      const jobs = Array.from({ length: 50 }, (_, value) => ({
        type: 'echo',
        input: { value },
        metadata,
        delaySeconds: 900,
      }));
      const made: Job[] = [];
      for (const _ of ['first', 'second']) {
        const { body } = await own.call('POST', '/jobs/batch', { body: { jobs } });
        for (const { job } of (body as { results: { job: Job }[] }).results) made.push(job);
      }
      assert.equal((await listed(own, made)).length, 100);
      const page = await own.call('GET', '/jobs?limit=100');
      assert.ok(page.text.length <= limits.maxBatchBytes, `${page.text.length} bytes`);
      assert.notEqual(expectPage(page).next, undefined);
      const ids = (await walk(own, '?limit=100', 2000)).map(({ id }) => id);
      assert.deepEqual(ids.toSorted(), made.map(({ id }) => id).toSorted());
    },
    { ...echo, makeKey: true },
  ),
];
