import assert from 'node:assert/strict';
import { limits } from '../../protocol/limits.ts';
import type { Job } from '../../protocol/types.ts';
import type { Api } from './api.ts';
import { type Case, eachRow, must } from './case.ts';
import { expectJob } from './expect.ts';
import { listed } from './list.cases.ts';

const echo = { types: ['echo'] };
const frame = '{"value":""}'.length;
/** An echo value whose output is `bytes` of JSON text. */
const valueFor = (bytes: number, letter = 'p') => letter.repeat(bytes - frame);

async function echoed(api: Api, value: unknown): Promise<Job> {
  const job = await api.end((await api.submitEcho(value)).id);
  assert.equal(job.status, 'succeeded', JSON.stringify(job.error));
  return job;
}

async function fetched(job: Job): Promise<unknown> {
  assert.equal(job.output, undefined, 'output beside outputUrl');
  const response = await fetch(job.outputUrl ?? '');
  assert.equal(response.status, 200);
  return response.json();
}

/** Payloads at the bounds of where they are kept: sections 5 to 7. */
export const payloadCases: Case[] = [
  must(
    'PAYLOAD-001',
    'payloads up to 64 KiB come back in the job',
    async (api) => {
      await eachRow(
        [200, 255, 256, 257, 1024, 4096, 24_000, 25_000, limits.maxItemPayloadBytes - 1, limits.maxItemPayloadBytes],
        async (bytes) => {
          const value = valueFor(bytes);
          const job = await echoed(api, value);
          assert.ok((job.output as { value: string })?.value === value, 'the output differs');
          assert.ok((job.input as { value: string })?.value === value, 'the input differs');
          assert.equal(job.outputUrl, undefined);
        },
      );
    },
    { ...echo, slow: true },
  ),
  must(
    'PAYLOAD-002',
    'an output over 64 KiB is fetched from outputUrl, without a credential',
    async (api) => {
      await eachRow([limits.maxItemPayloadBytes + 1, 100_000, 250_000], async (bytes) => {
        const value = valueFor(bytes);
        const job = await echoed(api, value);
        assert.ok(((await fetched(job)) as { value: string }).value === value, 'the output differs');
        assert.ok((job.input as { value: string })?.value === value, 'the input differs');
      });
    },
    { ...echo, slow: true },
  ),
  must(
    'PAYLOAD-003',
    'the bounds count bytes of UTF-8',
    async (api) => {
      const value = '\u4e2d'.repeat(22_000);
      const job = await echoed(api, value);
      assert.ok(((await fetched(job)) as { value: string }).value === value, 'the output differs');
      const inline = await echoed(api, '\u4e2d'.repeat(21_000));
      assert.equal(inline.outputUrl, undefined);
      assert.equal((inline.output as { value: string }).value.length, 21_000);
    },
    { ...echo, slow: true },
  ),
  must(
    'PAYLOAD-004',
    'outputUrl is bound to its object and runs out',
    async (api) => {
      const { outputUrl = '' } = await echoed(api, valueFor(70_000));
      const url = new URL(outputUrl);
      assert.ok([...url.searchParams.keys()].length > 0, 'the URL is not presigned');
      assert.ok(Number(url.searchParams.get('X-Amz-Expires')) <= 3600, outputUrl);
      url.pathname = `${url.pathname.slice(0, -1)}0`;
      const bent = await fetch(url);
      await bent.arrayBuffer();
      assert.ok(bent.status >= 400, `${bent.status}`);
    },
    echo,
  ),
  must(
    'PAYLOAD-005',
    'an event tells a large output by outputSize, never by a URL that is presigned',
    async (api) => {
      const { id } = await echoed(api, valueFor(70_000));
      const end = (await api.log(id)).at(-1);
      assert.deepEqual(end?.data, { status: 'succeeded', outputSize: 70_000 });
    },
    echo,
  ),
  must(
    'PAYLOAD-006',
    'an event over 24 KiB is truncated, and whole at its URL',
    async (api) => {
      const value = valueFor(30_000);
      const { id } = await echoed(api, value);
      const end = (await api.log(id)).at(-1);
      assert.equal(end?.truncated, true);
      const whole = await api.call('GET', end?.url ?? '');
      assert.equal(whole.status, 200);
      assert.deepEqual((whole.body as { data: unknown }).data, { status: 'succeeded', output: { value } });
      const small = await echoed(api, valueFor(20_000));
      assert.equal((await api.log(small.id)).at(-1)?.truncated, undefined);
    },
    echo,
  ),
  must(
    'PAYLOAD-007',
    'a part over 24 KiB is truncated in the log, and whole at its URL',
    async (api) => {
      const { id } = await api.submit({ type: 'stream', input: { parts: 3, intervalMs: 0, bytes: 60_000 } });
      await api.end(id);
      const parts = (await api.log(id)).filter(({ type }) => type === 'job.output');
      assert.deepEqual(
        parts.map(({ truncated }) => truncated),
        [true, true, true],
      );
      const whole = (await api.call('GET', parts[1]?.url ?? '')).body as {
        data: { run: number; part: { index: number; text: string } };
      };
      assert.deepEqual([whole.data.run, typeof whole.data.part.index], [1, 'number']);
      assert.ok(whole.data.part.text.length >= 50_000, `${whole.data.part.text.length} characters`);
    },
    { types: ['stream'] },
  ),
  must(
    'PAYLOAD-008',
    'a list leaves out large outputs',
    async (api) => {
      const [item] = await listed(api, [await echoed(api, valueFor(60_000))]);
      assert.deepEqual([item?.status, item?.output], ['succeeded', undefined]);
      const page = await api.call('GET', '/jobs?limit=100&type=echo');
      assert.ok(page.text.length <= limits.maxBatchBytes);
    },
    echo,
  ),
  must(
    'PAYLOAD-009',
    'a submit that waits gives large outputs by outputUrl too',
    async (api) => {
      const value = valueFor(80_000);
      const answer = await api.submitAndWait({ body: { type: 'echo', input: { value } } });
      assert.ok(((await fetched(expectJob(answer, 200))) as { value: string }).value === value);
    },
    echo,
  ),
];
