import assert from 'node:assert/strict';
import { limits } from '../../protocol/limits.ts';
import type { Api } from './api.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { expectJob } from './expect.ts';
import { expectFaults, expectProblem } from './problem.ts';

interface Upload {
  upload: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  expiresAt: string;
}

interface CsvProfile {
  rows: number;
  columns: { name: string; type: string; count: number }[];
}

const csvProfile = { types: ['csv-profile'] };
const csv = 'id,name\n1,Ada\n2,"Grace, H."\n3,\n';

async function openUpload({ call }: Api, body: Record<string, unknown>): Promise<Upload> {
  const answer = await call('POST', '/uploads', { body });
  assert.equal(answer.status, 201, answer.text);
  return answer.body as Upload;
}

/** Sends `body` as a browser would: the length is its own, whatever the headers say. */
async function put({ method, url, headers }: Upload, body: string): Promise<number> {
  const own = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length');
  const response = await fetch(url, { method, headers: Object.fromEntries(own), body });
  await response.arrayBuffer();
  return response.status;
}

const profile = (upload: string) => ({ type: 'csv-profile', input: { csv: upload } });

/** Uploads: sections 5 and 13. */
export const uploadCases: Case[] = [
  must('UPLOAD-001', 'an upload is 201 in the form of section 13', async (api) => {
    const { upload, method, url, headers, expiresAt } = await openUpload(api, { bytes: 10, contentType: 'text/csv' });
    assert.match(upload, /^upload:\/\/\S+$/);
    assert.equal(method, 'PUT');
    assert.match(url, /^https?:\/\//);
    assert.equal(typeof headers, 'object');
    assert.ok(Date.parse(expiresAt) > Date.now());
  }),
  must(
    'UPLOAD-002',
    'what was uploaded is the input of a job',
    async (api) => {
      const upload = await openUpload(api, { bytes: csv.length, contentType: 'text/csv' });
      assert.equal(await put(upload, csv), 200);
      const job = await api.end((await api.submit(profile(upload.upload))).id);
      const { rows, columns } = job.output as unknown as CsvProfile;
      assert.deepEqual(
        [job.status, rows, columns.map(({ name, count }) => [name, count])],
        [
          'succeeded',
          3,
          [
            ['id', 3],
            ['name', 2],
          ],
        ],
      );
    },
    csvProfile,
  ),
  must(
    'UPLOAD-003',
    'a reference whose upload is missing is 422',
    async (api) => {
      const { upload } = await openUpload(api, { bytes: 10 });
      expectProblem(await api.call('POST', '/jobs', { body: profile(upload) }), 'upload-missing');
    },
    csvProfile,
  ),
  must(
    'UPLOAD-004',
    'an upload of another size is refused when it is sent or when it is used',
    async (api) => {
      await eachRow(['1', 'a,b\n1,2\n3,4\n5,6\n', ''], async (text) => {
        const upload = await openUpload(api, { bytes: 10 });
        const status = await put(upload, text);
        if (status === 200)
          expectProblem(await api.call('POST', '/jobs', { body: profile(upload.upload) }), 'upload-missing');
        else assert.ok(status >= 400 && status < 500, `${status}`);
      });
    },
    csvProfile,
  ),
  must(
    'UPLOAD-005',
    'a reference that was made up is 422',
    async (api) => {
      const { upload } = await openUpload(api, { bytes: 10 });
      const other = upload.replace(/.{4}$/, (end) => (end === 'aaaa' ? 'bbbb' : 'aaaa'));
      const answer = await api.call('POST', '/jobs', { body: profile(other) });
      assert.equal(answer.status, 422, answer.text);
    },
    csvProfile,
  ),
  must('UPLOAD-006', 'every wrong field of a request for an upload is pointed at', async ({ call }) => {
    const rows: { body: unknown; places: string[] }[] = [
      { body: {}, places: ['/bytes'] },
      { body: { bytes: 0 }, places: ['/bytes'] },
      { body: { bytes: -1 }, places: ['/bytes'] },
      { body: { bytes: 1.5 }, places: ['/bytes'] },
      { body: { bytes: '10' }, places: ['/bytes'] },
      { body: { bytes: limits.maxUploadBytes + 1 }, places: ['/bytes'] },
      { body: { bytes: 'x', contentType: 5 }, places: ['/bytes', '/contentType'] },
      { body: { bytes: 1, contentType: 'a\r\nx-evil: 1' }, places: ['/contentType'] },
    ];
    await eachRow(rows, async ({ body, places }) => {
      expectFaults(expectProblem(await call('POST', '/uploads', { body }), 'invalid-input'), places);
    });
  }),
  must(
    'UPLOAD-007',
    'more references than allowed are 422',
    async (api) => {
      const { upload } = await openUpload(api, { bytes: 10 });
      const value = Array.from(
        { length: limits.maxUploadReferences + 1 },
        (_, n) => upload.slice(0, -1) + 'abcdefghijklmnop'[n],
      );
      const { status, text } = await api.call('POST', '/jobs', { body: { type: 'echo', input: { value } } });
      assert.equal(status, 422, text);
    },
    { types: ['echo'] },
  ),
  must(
    'UPLOAD-008',
    'text that only looks like a reference is text',
    async ({ call }) => {
      await eachRow(
        ['upload://', 'upload://../x', 'upload:///', 'see upload://abc', 'UPLOAD://x', 'upload://a b'],
        async (value) => {
          expectJob(await call('POST', '/jobs', { body: { type: 'echo', input: { value } } }), 202);
        },
      );
    },
    { types: ['echo'] },
  ),
  must(
    'UPLOAD-009',
    'an upload that is put off is not lost: submit, upload, submit again',
    async (api) => {
      const upload = await openUpload(api, { bytes: csv.length });
      const headers = { 'idempotency-key': `upload-${Math.random()}` };
      expectProblem(await api.call('POST', '/jobs', { body: profile(upload.upload), headers }), 'upload-missing');
      assert.equal(await put(upload, csv), 200);
      const job = expectJob(await api.call('POST', '/jobs', { body: profile(upload.upload), headers }), 202);
      assert.equal((await api.end(job.id)).status, 'succeeded');
    },
    csvProfile,
  ),
  must(
    'UPLOAD-010',
    'an upload in an entry of a batch counts for that entry',
    async (api) => {
      const { upload } = await openUpload(api, { bytes: 10 });
      const jobs = [profile('a\n1\n'), profile(upload)];
      const { body } = await api.call('POST', '/jobs/batch', { body: { jobs } });
      const { results } = body as { results: { status: number; problem?: { code: string } }[] };
      assert.deepEqual(
        results.map(({ status, problem }) => [status, problem?.code]),
        [
          [202, undefined],
          [422, 'upload-missing'],
        ],
      );
    },
    csvProfile,
  ),
  must('UPLOAD-011', 'a presigned URL cannot be bent to another object', async (api) => {
    const one = await openUpload(api, { bytes: 10 });
    const two = await openUpload(api, { bytes: 10 });
    const url = new URL(one.url);
    url.pathname = new URL(two.url).pathname;
    const status = await put({ ...one, url: url.href }, '0123456789');
    assert.ok(status >= 400 && status < 500, `${status}`);
  }),
  should(
    'UPLOAD-012',
    'the fault of a missing upload is pointed at',
    async (api) => {
      const { upload } = await openUpload(api, { bytes: 10 });
      const problem = expectProblem(await api.call('POST', '/jobs', { body: profile(upload) }), 'upload-missing');
      expectFaults(problem, ['/input/csv']);
    },
    csvProfile,
  ),
];
