import assert from 'node:assert/strict';
import { limits } from '../../protocol/limits.ts';
import type { JobType } from '../../protocol/types.ts';
import { type Case, eachRow, must, should } from './case.ts';
import { expectFaults, expectProblem } from './problem.ts';

const echo = { types: ['echo'] };
const countdown = { types: ['countdown'] };
const good = { type: 'echo', input: { value: 1 } };

/** What a submit refuses with 422: section 5. */
export const faultCases: Case[] = [
  must(
    'FAULT-001',
    'each wrong field of a submit is pointed at',
    async ({ call }) => {
      const many = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, 'v']));
      const rows: { body: unknown; places: string[] }[] = [
        { body: {}, places: ['/type', '/input'] },
        { body: { type: 'echo' }, places: ['/input'] },
        { body: { ...good, type: 5 }, places: ['/type'] },
        { body: { ...good, type: null }, places: ['/type'] },
        { body: { ...good, delaySeconds: -1 }, places: ['/delaySeconds'] },
        { body: { ...good, delaySeconds: 901 }, places: ['/delaySeconds'] },
        { body: { ...good, delaySeconds: 1.5 }, places: ['/delaySeconds'] },
        { body: { ...good, delaySeconds: '1' }, places: ['/delaySeconds'] },
        { body: { ...good, deadlineSeconds: 0 }, places: ['/deadlineSeconds'] },
        { body: { ...good, deadlineSeconds: 604_801 }, places: ['/deadlineSeconds'] },
        { body: { ...good, deadlineSeconds: 1e300 }, places: ['/deadlineSeconds'] },
        { body: { ...good, metadata: [] }, places: ['/metadata'] },
        { body: { ...good, metadata: many }, places: ['/metadata'] },
        { body: { ...good, metadata: { a: 5, b: 'ok', c: null } }, places: ['/metadata/a', '/metadata/c'] },
        { body: { ...good, metadata: { 'a/b~c': 5 } }, places: ['/metadata/a~1b~0c'] },
        { body: { ...good, metadata: { a: 'v'.repeat(513) } }, places: ['/metadata/a'] },
        { body: { ...good, orderKey: 5 }, places: ['/orderKey'] },
        { body: { ...good, orderKey: 'k'.repeat(256) }, places: ['/orderKey'] },
      ];
      await eachRow(rows, async ({ body, places }) => {
        expectFaults(expectProblem(await call('POST', '/jobs', { body }), 'invalid-input'), places);
      });
    },
    echo,
  ),
  must(
    'FAULT-002',
    'all wrong fields are pointed at in one answer',
    async ({ call }) => {
      const body = { ...good, delaySeconds: -1, deadlineSeconds: 'x', metadata: { a: 1 } };
      const problem = expectProblem(await call('POST', '/jobs', { body }), 'invalid-input');
      expectFaults(problem, ['/delaySeconds', '/deadlineSeconds', '/metadata/a']);
    },
    echo,
  ),
  must(
    'FAULT-003',
    "each fault of the input against the type's schema is pointed at from the body's root",
    async ({ call }) => {
      const rows: { input: unknown; places: string[] }[] = [
        { input: { steps: 0, intervalMs: 'x' }, places: ['/input/steps', '/input/intervalMs'] },
        { input: { steps: 1001, intervalMs: 60_001 }, places: ['/input/steps', '/input/intervalMs'] },
        { input: { steps: 1.5, intervalMs: -1 }, places: ['/input/steps', '/input/intervalMs'] },
        { input: {}, places: ['/input/steps'] },
        { input: null, places: ['/input'] },
        { input: [], places: ['/input'] },
        { input: 'text', places: ['/input'] },
      ];
      await eachRow(rows, async ({ input, places }) => {
        const answer = await call('POST', '/jobs', { body: { type: 'countdown', input } });
        expectFaults(expectProblem(answer, 'invalid-input'), places);
      });
    },
    countdown,
  ),
  should(
    'FAULT-004',
    'faults of the body and of the input stand in one answer',
    async ({ call }) => {
      const body = { type: 'countdown', input: { steps: 0, intervalMs: 1 }, delaySeconds: -1 };
      expectFaults(expectProblem(await call('POST', '/jobs', { body }), 'invalid-input'), [
        '/input/steps',
        '/delaySeconds',
      ]);
    },
    countdown,
  ),
  must(
    'FAULT-005',
    'faults deep in an input are pointed at',
    async ({ call }) => {
      const body = { type: 'link-check', input: { urls: ['https://example.com', 5, null] } };
      expectFaults(expectProblem(await call('POST', '/jobs', { body }), 'invalid-input'), [
        '/input/urls/1',
        '/input/urls/2',
      ]);
    },
    { types: ['link-check'] },
  ),
  must('FAULT-006', 'an unknown type is 422 and detail names the known ones', async ({ call }) => {
    const { items } = (await call('GET', '/types')).body as { items: JobType[] };
    const names = [
      'nope',
      '',
      'ECHO',
      'echo ',
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'a'.repeat(300),
      '../echo',
      '\u0000',
    ];
    await eachRow(names, async (type) => {
      const answer = await call('POST', '/jobs', { body: { type, input: {} } });
      if ((answer.body as { code: string }).code === 'invalid-input') {
        expectFaults(expectProblem(answer, 'invalid-input'), ['/type']);
        assert.notEqual(type, 'nope');
        return;
      }
      const { detail } = expectProblem(answer, 'unknown-type');
      for (const { name } of items) assert.ok(detail.includes(name), detail);
    });
  }),
  must('FAULT-007', 'a body that is JSON but no object is refused', async ({ call }) => {
    await eachRow(['[]', '"x"', '1', 'null', 'true', '[{"type":"echo","input":{"value":1}}]'], async (raw) => {
      for (const path of ['/jobs', '/jobs/batch', '/tokens', '/uploads', '/dead-letters/redrive']) {
        const { status, text } = await call('POST', path, { raw });
        assert.ok([400, 422].includes(status), `${path}: ${status} ${text.slice(0, 100)}`);
      }
    });
  }),
  must(
    'FAULT-008',
    'a long list of faults is cut, and no answer grows without bound',
    async ({ call }) => {
      const body = { type: 'link-check', input: { urls: Array.from({ length: 200 }, () => 5) } };
      const problem = expectProblem(await call('POST', '/jobs', { body }), 'invalid-input');
      const count = problem.errors?.length ?? 0;
      assert.ok(count > 1 && count <= limits.maxListedErrors, `${count} faults`);
    },
    { types: ['link-check'] },
  ),
  should(
    'FAULT-009',
    'orderKey is refused where the type is not ordered',
    async ({ call }) => {
      const answer = await call('POST', '/jobs', { body: { ...good, orderKey: 'k' } });
      expectFaults(expectProblem(answer, 'invalid-input'), ['/orderKey']);
    },
    echo,
  ),
  must(
    'FAULT-010',
    'a webhook of a wrong form is pointed at',
    async ({ call }) => {
      await eachRow(
        [5, 'x', [], {}, { url: 5 }, { url: 'ftp://x' }, { url: 'https://example.com', events: 'x' }],
        async (webhook) => {
          const problem = expectProblem(await call('POST', '/jobs', { body: { ...good, webhook } }), 'invalid-input');
          const pointers = (problem.errors ?? []).map((fault) => ('pointer' in fault ? fault.pointer : ''));
          assert.ok(
            pointers.some((pointer) => pointer.startsWith('/webhook')),
            JSON.stringify(problem),
          );
        },
      );
    },
    echo,
  ),
  must(
    'FAULT-011',
    'a metadata key of over 64 characters is refused',
    async ({ call }) => {
      const answer = await call('POST', '/jobs', { body: { ...good, metadata: { ['k'.repeat(65)]: 'v' } } });
      const problem = expectProblem(answer, 'invalid-input');
      assert.ok(JSON.stringify(problem.errors).includes('/metadata'), answer.text);
    },
    echo,
  ),
  must(
    'FAULT-012',
    'a refused submit leaves no job behind',
    async ({ call }) => {
      const headers = { 'idempotency-key': `fault-${Date.now()}-${Math.random()}` };
      expectProblem(await call('POST', '/jobs', { body: { type: 'echo' }, headers }), 'invalid-input');
      const answer = await call('POST', '/jobs', { body: good, headers });
      assert.equal(answer.status, 202, answer.text);
      assert.notEqual(answer.headers.get('idempotency-replayed'), 'true');
    },
    echo,
  ),
];
