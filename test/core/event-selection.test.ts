import { buildSchema, execute, parse } from 'graphql';
import { expect, test } from 'vitest';
import { packSelection, type SelectedField, shapeEvent } from '../../lambdas/core/event-selection.ts';
import { platformText } from '../../lambdas/graphql/schema-text.ts';
import { typeTexts } from '../../lambdas/graphql/type-text.ts';
import type { Job, JobEvent } from '../../protocol/types.ts';

const frame = { id: 'evt_1', seq: 3, prevSeq: 2, time: '2026-11-22T12:00:00.000Z', job: 'job_1' };
const events: JobEvent[] = [
  { ...frame, type: 'job.queued', data: { status: 'queued' } },
  { ...frame, type: 'job.running', data: { status: 'running', run: 2 } },
  { ...frame, type: 'job.output', data: { run: 1, part: ['a', null, { b: 1 }] } },
  { ...frame, type: 'job.succeeded', data: { status: 'succeeded', output: null } },
  { ...frame, type: 'job.output', truncated: true, url: 'https://a/b' },
];

const selections: [string, SelectedField[]][] = [
  ['seq', [{ name: 'seq', field: 'seq' }]],
  [
    'x: type, __typename',
    [
      { name: 'x', field: 'type' },
      { name: '__typename', field: '__typename' },
    ],
  ],
  [
    'id seq prevSeq type time job run status data truncated url',
    (['id', 'seq', 'prevSeq', 'type', 'time', 'job', 'run', 'status', 'data', 'truncated', 'url'] as const).map(
      (field) => ({ name: field, field }),
    ),
  ],
];

/** The schema with its subscription as the query, so that the library executes it on an event. */
const schema = buildSchema(
  `schema { query: Told }\n${platformText.replace('type Subscription', 'type Told')}\n${typeTexts([]).text}`,
);

test.each(selections)('shapeEvent() of { %s } says what the library says', (text, fields) => {
  for (const event of events) {
    const { data, truncated = false, url } = event;
    const { run, status } = (data ?? {}) as { run?: number; status?: string };
    const source = { ...event, truncated, url, run, status };
    const document = parse(`{ log: jobEvents(id: "a") { ${text} } }`);
    const told = execute({ schema, document, rootValue: { jobEvents: source } });
    const shaped = shapeEvent(event, packSelection({ name: 'log', fields }));
    expect(JSON.parse(JSON.stringify(shaped))).toEqual(JSON.parse(JSON.stringify(told)));
  }
});

test('shapeEvent() tells a reset with the job, and a reconnect with the cursor', () => {
  const fields = (['id', 'seq', 'prevSeq', 'type', 'job', 'status', 'data'] as const).map((field) => ({
    name: field,
    field,
  }));
  const packed = packSelection({ name: 'jobEvents', fields });
  const job = { id: 'job_1', status: 'running' } as Job;
  expect(shapeEvent({ type: 'reset', job, time: frame.time }, packed).data.jobEvents).toEqual({
    id: null,
    seq: 0,
    prevSeq: 0,
    type: 'reset',
    job: 'job_1',
    status: 'running',
    data: { job },
  });
  expect(
    shapeEvent({ type: 'reconnect', job: 'job_1', seq: 7, time: frame.time }, packed).data.jobEvents,
  ).toMatchObject({
    seq: 7,
    prevSeq: 7,
    type: 'reconnect',
    job: 'job_1',
    data: null,
  });
});

test('packSelection() of every field under its own name is far below the limit', () => {
  const fields = selections[2]?.[1] ?? [];
  expect(packSelection({ name: 'jobEvents', fields })).toBe('jobEvents,i,s,p,t,m,j,r,z,d,x,u');
});
