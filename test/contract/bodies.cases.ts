import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { limits } from '../../protocol/limits.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { expectJob } from './expect.ts';
import { expectProblem } from './problem.ts';

const echo = { types: ['echo'] };
const posts = ['/jobs', '/jobs/batch', '/tokens', '/uploads', '/dead-letters/redrive'];
const goodText = '{"type":"echo","input":{"value":1}}';
const nested = (levels: number) => `{"type":"echo","input":{"value":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
const ofSize = (bytes: number) => {
  const [start, end] = ['{"type":"echo","input":{"value":"', '"}}'];
  return `${start}${'a'.repeat(bytes - start.length - end.length)}${end}`;
};

const malformed = [
  ...[
    '{',
    '}',
    '{"type":}',
    '{"type":"echo",}',
    "{'type':'echo'}",
    '{type:1}',
    'undefined',
    'NaN',
    '{"a":NaN}',
    '{"a":01}',
  ],
  ...[
    '{"a":1}}',
    '{"a":1}{"b":2}',
    '[1,]',
    '"\u0001"',
    '{"a":"\\x"}',
    '{"a":+1}',
    '{"a":.5}',
    'tru',
    '// x',
    '<a/>',
    '\u0000',
  ],
];

/** Bodies as bytes: 400, 413 and 415 of section 5. */
export const bodyCases: Case[] = [
  must('BODY-001', 'text that is no JSON is 400 malformed-json', async ({ call }) => {
    await eachRow(malformed, async (raw) => {
      expectProblem(await call('POST', '/jobs', { raw }), 'malformed-json');
    });
  }),
  must('BODY-002', 'every POST with a body refuses text that is no JSON', async ({ call }) => {
    await eachRow(posts, async (path) => {
      expectProblem(await call('POST', path, { raw: '{"a":' }), 'malformed-json');
    });
  }),
  must('BODY-003', 'an empty submit is 400', async ({ call }) => {
    expectProblem(await call('POST', '/jobs', { raw: '' }), 'malformed-json');
    expectProblem(await call('POST', '/jobs', { raw: '  \n' }), 'malformed-json');
  }),
  must(
    'BODY-004',
    'bytes that are no UTF-8 are refused, or replaced by U+FFFD on the way as API Gateway does',
    async ({ call }) => {
      const rows = [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]].map((odd) => [
        ...Buffer.from('{"type":"echo","input":{"value":"'),
        ...odd,
        ...Buffer.from('"}}'),
      ]);
      await eachRow(rows, async (bytes) => {
        const answer = await call('POST', '/jobs', { raw: Uint8Array.from(bytes) });
        if (answer.status === 202) assert.ok(answer.text.includes('\ufffd'), answer.text);
        else expectProblem(answer, 'malformed-json');
      });
    },
    echo,
  ),
  must(
    'BODY-005',
    'a byte order mark is taken or refused, never a 5xx',
    async ({ call }) => {
      const answer = await call('POST', '/jobs', { raw: `\ufeff${goodText}` });
      if (answer.status !== 202) expectProblem(answer, 'malformed-json');
      const wide = await call('POST', '/jobs', { raw: Buffer.from(`\ufeff${goodText}`, 'utf16le') });
      expectProblem(wide, 'malformed-json');
    },
    echo,
  ),
  must(
    'BODY-006',
    'deep JSON is taken up to a bound and refused beyond',
    async ({ call }) => {
      expectJob(await call('POST', '/jobs', { raw: nested(limits.maxJsonDepth - 4) }), 202);
      await eachRow([limits.maxJsonDepth + 1, 1000, 100_000], async (levels) => {
        expectProblem(await call('POST', '/jobs', { raw: nested(levels) }), 'malformed-json');
      });
    },
    echo,
  ),
  should(
    'BODY-007',
    'the bound on depth is exact',
    async ({ call }) => {
      expectJob(await call('POST', '/jobs', { raw: nested(limits.maxJsonDepth - 2) }), 202);
      expectProblem(await call('POST', '/jobs', { raw: nested(limits.maxJsonDepth - 1) }), 'malformed-json');
    },
    echo,
  ),
  must(
    'BODY-008',
    'a number that no double can hold is 400',
    async ({ call }) => {
      await eachRow(['1e400', '-1e400', `1${'0'.repeat(400)}`], async (number) => {
        expectProblem(
          await call('POST', '/jobs', { raw: `{"type":"echo","input":{"value":${number}}}` }),
          'malformed-json',
        );
      });
      expectJob(await call('POST', '/jobs', { raw: `{"type":"echo","input":{"value":${'1'.repeat(300)}}}` }), 202);
    },
    echo,
  ),
  must(
    'BODY-009',
    'a body of 256 KiB is taken, a byte more is 413',
    async ({ call }) => {
      expectJob(await call('POST', '/jobs', { raw: ofSize(limits.maxBodyBytes) }), 202);
      expectProblem(await call('POST', '/jobs', { raw: ofSize(limits.maxBodyBytes + 1) }), 'payload-too-large');
    },
    echo,
  ),
  must(
    'BODY-010',
    'the bound counts bytes, not characters',
    async ({ call }) => {
      const raw = `{"type":"echo","input":{"value":"${'\u4e2d'.repeat(90_000)}"}}`;
      expectProblem(await call('POST', '/jobs', { raw }), 'payload-too-large');
    },
    echo,
  ),
  must('BODY-011', 'a body that is not declared as JSON is 415', async ({ call }) => {
    const types = [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
      'json',
      '*/*',
      'application/octet-stream',
    ];
    await eachRow(types, async (type) => {
      for (const path of posts) {
        expectProblem(
          await call('POST', path, { raw: goodText, headers: { 'content-type': type } }),
          'unsupported-media-type',
        );
      }
    });
  }),
  must('BODY-012', 'a body without any content type is 415', async ({ call }) => {
    const raw = new Blob([goodText]).stream();
    const answer = await call('POST', '/jobs', { raw, headers: { 'content-type': '' } });
    expectProblem(answer, 'unsupported-media-type');
  }),
  should('BODY-013', 'JSON in another charset than UTF-8 is 415', async ({ call }) => {
    await eachRow(['iso-8859-1', 'utf-16', '"utf-7"'], async (charset) => {
      const headers = { 'content-type': `application/json; charset=${charset}` };
      expectProblem(await call('POST', '/jobs', { raw: goodText, headers }), 'unsupported-media-type');
    });
  }),
  should('BODY-014', 'a compressed body is refused, not misread', async ({ call }) => {
    const { status } = await call('POST', '/jobs', {
      raw: gzipSync(goodText),
      headers: { 'content-encoding': 'gzip' },
    });
    assert.ok([400, 415].includes(status), `${status}`);
  }),
  must(
    'BODY-015',
    'a member that stands twice earns no 5xx',
    async ({ call }) => {
      const { status } = await call('POST', '/jobs', {
        raw: '{"type":"nope","type":"echo","input":{"value":1},"input":{"value":2}}',
      });
      assert.ok([202, 400, 422].includes(status), `${status}`);
    },
    echo,
  ),
  must(
    'BODY-016',
    'cancel and retry want no body, and mind none',
    async ({ call, submitEcho }) => {
      const { id } = await submitEcho(1, { delaySeconds: 300 });
      const headers = { 'content-type': 'text/plain' };
      assert.equal((await call('POST', `/jobs/${id}/cancel`, { raw: 'whatever', headers })).status, 200);
      assert.equal((await call('POST', `/jobs/${id}/retry`)).status, 202);
    },
    echo,
  ),
];
