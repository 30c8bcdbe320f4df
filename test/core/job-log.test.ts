import { describe, expect, it } from 'vitest';
import { assembleLog, isKept } from '../../lambdas/core/job-log.ts';
import type { JobRecord, LogEntry, StoredEvent, StoredPart } from '../../lambdas/core/job-record.ts';

const event = (type: StoredEvent['type'], seq: number, prevSeq: number, run?: number): StoredEvent => ({
  type,
  seq,
  prevSeq,
  timeMs: seq,
  ...(run !== undefined && { run }),
});
const part = (seq: number, prevSeq: number, run: number, json = `"${run}/${seq}"`): StoredPart => ({
  seq,
  prevSeq,
  timeMs: seq,
  run,
  json,
});

/** Queued, a run that emitted two parts and failed, a second run with progress and a part, the end. */
const record = {
  seq: 10,
  keptSeq: 10,
  events: [
    event('job.queued', 1, 0),
    event('job.running', 2, 1, 1),
    event('job.retrying', 5, 4, 1),
    event('job.running', 6, 5, 2),
    event('job.succeeded', 10, 9),
  ],
  progress: { seq: 8, prevSeq: 7, timeMs: 8, run: 2, percent: 50 },
} as JobRecord;
const parts = [part(3, 2, 1), part(4, 3, 1), part(7, 6, 2), part(9, 7, 2)];

/** The same record as it was at an earlier `seq`. */
function asOf(seq: number): JobRecord {
  const events = record.events.filter((entry) => entry.seq <= seq);
  const kept = [...events, ...parts].filter((entry) => entry.seq <= seq).map((entry) => entry.seq);
  const { progress, ...rest } = record;
  return { ...rest, seq, keptSeq: Math.max(...kept), events, ...(progress && progress.seq <= seq && { progress }) };
}

const seqs = (entries: LogEntry[]) => entries.map(({ seq }) => seq);

describe('assembleLog()', () => {
  it.each([
    [0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [1, [2, 3, 4, 5, 6, 7, 8, 9, 10]],
    [3, [4, 5, 6, 7, 8, 9, 10]],
    [7, [8, 9, 10]],
    [8, [9, 10]],
    [9, [10]],
    [10, []],
  ])('gives everything after cursor %i in order', (after, expected) => {
    const { events, complete } = assembleLog({ record, parts, after });
    expect(seqs(events)).toEqual(expected);
    expect(complete).toBe(true);
  });

  it.each([
    ['the first part', [part(4, 3, 1), part(7, 6, 2), part(9, 7, 2)], [1, 2]],
    ['a part before progress', [part(3, 2, 1), part(4, 3, 1), part(9, 7, 2)], [1, 2, 3, 4, 5, 6]],
    ['the last part', [part(3, 2, 1), part(4, 3, 1), part(7, 6, 2)], [1, 2, 3, 4, 5, 6, 7, 8]],
    ['every part', [], [1, 2]],
  ])('stops before a gap where %s is missing', (_, seen, expected) => {
    const { events, complete } = assembleLog({ record, parts: seen, after: 0 });
    expect(seqs(events)).toEqual(expected);
    expect(complete).toBe(false);
  });

  it.each([
    ['beyond HEAD', [part(11, 10, 2)]],
    ['of a dead run where the next run begins', [part(6, 4, 1), part(7, 6, 1)]],
    ['of a dead run, linked into the next one', [part(7, 6, 1, '"zombie"')]],
    ['of a dead run after it failed', [part(5, 4, 1)]],
    ['of a run that never was', [part(9, 7, 3)]],
    ['seen twice', [part(3, 2, 1), part(9, 7, 2)]],
  ])('drops a part %s', (_, strays) => {
    const { events } = assembleLog({ record, parts: [...strays, ...parts], after: 0 });
    expect(seqs(events)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(events.some((entry) => 'json' in entry && entry.json === '"zombie"')).toBe(false);
  });

  it('says that a job without parts is complete from HEAD alone', () => {
    expect(assembleLog({ record: asOf(2), parts: [], after: 0 })).toMatchObject({ complete: true });
    expect(assembleLog({ record: asOf(4), parts: [], after: 0 })).toMatchObject({ complete: false });
  });

  it('gives progress alone where nothing else is new, and not before what it follows', () => {
    expect(seqs(assembleLog({ record: asOf(8), parts: [], after: 7 }).events)).toEqual([8]);
    expect(seqs(assembleLog({ record: asOf(8), parts: [], after: 6 }).events)).toEqual([]);
  });

  it('follows on from any read to any later one, for every pair of moments', () => {
    for (let before = 1; before <= 10; before += 1) {
      const first = assembleLog({ record: asOf(before), parts, after: 0 }).events;
      const second = assembleLog({ record, parts, after: before }).events;
      const kept = [...first, ...second].filter(isKept);
      expect(seqs(kept)).toEqual([1, 2, 3, 4, 5, 6, 7, 9, 10]);
    }
  });
});
