import { describe, expect, test } from 'vitest';
import { isForgotten } from '../../lambdas/core/forgotten-job.ts';
import { mustExpire, remainingDelaySeconds } from '../../lambdas/core/job-deadline.ts';
import type { JobRecord } from '../../lambdas/core/job-record.ts';
import { jobTag } from '../../lambdas/core/job-tag.ts';
import { findUploadReferences, parseUploadReference, uploadReference } from '../../lambdas/core/upload-reference.ts';
import { limits } from '../../protocol/limits.ts';
import type { Json } from '../../protocol/types.ts';

const minutes = (count: number) => count * 60_000;
const queued = {
  status: 'queued',
  createdAtMs: 0,
  events: [{ type: 'job.queued', seq: 1, prevSeq: 0, timeMs: 0 }],
} as unknown as JobRecord;

describe('isForgotten()', () => {
  const running = { ...queued, status: 'running', leaseUntilMs: minutes(5) } as JobRecord;
  test.each<[string, JobRecord, number, boolean]>([
    ['a job just queued', queued, minutes(15), false],
    ['a job unclaimed for over 15 minutes', queued, minutes(15) + 1, true],
    ['a job held back by its delay', { ...queued, notBeforeMs: minutes(10) }, minutes(20), false],
    ['a job sent again within the hour', { ...queued, resentAtMs: minutes(20) }, minutes(79), false],
    ['a job sent again an hour ago', { ...queued, resentAtMs: minutes(20) }, minutes(80), true],
    ['a run with a lease', running, minutes(20), false],
    ['a run whose lease ended long ago', running, minutes(21), true],
    ['a job that is done', { ...queued, status: 'canceled' }, minutes(99), false],
  ])('of %s is right', (_, record, now, forgotten) => {
    // A record that was never sent again has no such time, which must not count as one at the epoch.
    const atMs = minutes(1_000_000);
    const shifted = {
      ...record,
      createdAtMs: atMs,
      events: record.events.map((event) => ({ ...event, timeMs: event.timeMs + atMs })),
      ...(record.notBeforeMs !== undefined && { notBeforeMs: record.notBeforeMs + atMs }),
      ...(record.leaseUntilMs !== undefined && { leaseUntilMs: record.leaseUntilMs + atMs }),
      ...(record.resentAtMs !== undefined && { resentAtMs: record.resentAtMs + atMs }),
    };
    expect(isForgotten(shifted, now + atMs)).toBe(forgotten);
  });
});

describe('mustExpire()', () => {
  const overdue = { ...queued, deadlineAtMs: 10_000 };
  const running = { ...overdue, status: 'running', leaseUntilMs: minutes(15) } as JobRecord;
  test.each<[string, JobRecord, number, boolean]>([
    ['a job before its deadline', overdue, 9_999, false],
    ['a job at its deadline', overdue, 10_000, true],
    ['a job without one', queued, minutes(60), false],
    ['a run that has a moment to stop', running, 14_999, false],
    ['a run that has not stopped', running, 15_000, true],
    ['a run that died before the deadline', { ...running, leaseUntilMs: 5_000 }, 10_000, true],
    ['a job that is done', { ...overdue, status: 'failed' }, 20_000, false],
  ])('of %s is right', (_, record, now, expected) => {
    expect(mustExpire(record, now)).toBe(expected);
  });
});

describe('remainingDelaySeconds()', () => {
  test.each<[string, { notBeforeMs?: number; deadlineAtMs?: number }, number]>([
    ['no delay', {}, 0],
    ['a delay', { notBeforeMs: 5_001 }, 6],
    ['a delay that is over', { notBeforeMs: -1 }, 0],
    ['a pause beyond what a queue takes', { notBeforeMs: minutes(60) }, 900],
    ['a deadline after the delay', { notBeforeMs: 5_000, deadlineAtMs: 9_000 }, 5],
    ['a deadline before the end of the delay', { notBeforeMs: minutes(10), deadlineAtMs: 2_000 }, 2],
  ])('of %s is right', (_, held, seconds) => {
    expect(remainingDelaySeconds({ createdAtMs: 0, ...held }, 0)).toBe(seconds);
  });
});

describe('jobTag()', () => {
  const record = { seq: 3, createdAtMs: 1_700_000_000_000 };
  test('changes with each event and in each life of the id', () => {
    const tags = [record, { ...record, seq: 4 }, { ...record, createdAtMs: 5 }].map((each) => jobTag(each, 0));
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) expect(tag).toMatch(/^"[a-z0-9-]+"$/);
  });

  test('stays while nothing happens, unless a presigned URL in the answer would expire', () => {
    const atMs = 1_700_000_100_000;
    expect(jobTag(record, atMs)).toBe(jobTag(record, atMs + minutes(60)));
    const large = { ...record, output: { object: 'k', bytes: 1 } };
    expect(jobTag(large, atMs)).not.toBe(jobTag(large, atMs + limits.outputUrlSeconds * 500));
  });
});

describe('parseUploadReference()', () => {
  const id = `upl_${'a'.repeat(26)}`;
  test.each<[string, number | undefined]>([
    [`upload://${id}.1`, 1],
    [`upload://${id}.1073741824`, limits.maxUploadBytes],
    [`upload://${id}.1073741825`, undefined],
    [`upload://${id}.0`, undefined],
    [`upload://${id}.01`, undefined],
    [`upload://${id}.1e3`, undefined],
    [`upload://${id}`, undefined],
    [`upload://../${id}.1`, undefined],
    [`upload://${id}.1/x`, undefined],
    [`${id}.1`, undefined],
    ['upload://', undefined],
  ])('of %s finds %s bytes', (reference, bytes) => {
    expect(parseUploadReference(reference)?.bytes).toBe(bytes);
  });

  test('reads what uploadReference() wrote', () => {
    const upload = { id: `${id}.5`, bytes: 5 };
    expect(parseUploadReference(uploadReference(upload))).toEqual(upload);
  });
});

describe('findUploadReferences()', () => {
  const reference = `upload://upl_${'a'.repeat(26)}.5`;
  test.each<[Json, string[]]>([
    [reference, ['/input']],
    [{ 'a/b': [1, { c: reference }], d: reference }, ['/input/a~1b/1/c', '/input/d']],
    [[null, true, 5, 'upload://', 'upload://a b', `see ${reference}`], []],
  ])('in %j are at %j', (input, pointers) => {
    expect(findUploadReferences(input, '/input').map(({ pointer }) => pointer)).toEqual(pointers);
  });
});
