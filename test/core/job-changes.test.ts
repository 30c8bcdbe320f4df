import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addParts,
  applyChange,
  bury,
  cancel,
  claim,
  combineChanges,
  exhaust,
  expire,
  extendLease,
  fail,
  type JobChange,
  newJob,
  requestCancel,
  retry,
  setProgress,
  strand,
  succeed,
} from '../../lambdas/core/job-changes.ts';
import { assembleLog } from '../../lambdas/core/job-log.ts';
import type { JobRecord, StoredPart } from '../../lambdas/core/job-record.ts';
import { defaultLimits } from '../../lambdas/define-job.ts';
import { isDone, isEnd } from '../../protocol/lifecycle.ts';
import { startMs as now, queuedJob } from './job-records.ts';

const output = { inline: '{}', bytes: 2 };
const error = { code: 'handler-error', message: 'no' };
const leaseUntilMs = now + 60_000;
const running = () => applyChange(queuedJob(), claim(queuedJob(), { now, leaseUntilMs }));

describe('newJob()', () => {
  const job = {
    id: 'job_x',
    tenant: 'acme',
    type: { limits: defaultLimits, ordered: false },
    digest: 'd',
    input: output,
    now,
  };

  it('starts queued, with event 1 and nothing announced', () => {
    const record = newJob({ type: 'echo', input: 1 }, job);
    expect(record).toMatchObject({ status: 'queued', seq: 1, keptSeq: 1, run: 0, announcedSeq: 0, createdAtMs: now });
    expect(record.events).toEqual([{ type: 'job.queued', seq: 1, prevSeq: 0, timeMs: now }]);
  });

  it('turns delay and deadline into times, counted from now', () => {
    const record = newJob({ type: 'echo', input: 1, delaySeconds: 5, deadlineSeconds: 60 }, job);
    expect(record).toMatchObject({ notBeforeMs: now + 5_000, deadlineAtMs: now + 60_000 });
  });

  it('keeps the record at least 15 days', () => {
    const { expiresAtSeconds } = newJob({ type: 'echo', input: 1, delaySeconds: 900 }, job);
    expect(expiresAtSeconds * 1000 - now).toBeGreaterThan(15 * 86_400_000);
  });

  it('gives a job of an ordered type its own id as order key where the submit names none', () => {
    const type = { limits: defaultLimits, ordered: true };
    expect(newJob({ type: 'o', input: 1 }, { ...job, type }).orderKey).toBe('job_x');
    expect(newJob({ type: 'o', input: 1, orderKey: 'k' }, { ...job, type }).orderKey).toBe('k');
    expect(newJob({ type: 'o', input: 1 }, job).orderKey).toBeUndefined();
  });
});

describe('each change', () => {
  const cases: [string, JobRecord, (record: JobRecord) => JobChange, string, string][] = [
    ['claim()', queuedJob(), (r) => claim(r, { now, leaseUntilMs }), 'running', 'job.running'],
    ['claim() of a dead run', running(), (r) => claim(r, { now, leaseUntilMs }), 'running', 'job.running'],
    ['succeed()', running(), (r) => succeed(r, { now, output }), 'succeeded', 'job.succeeded'],
    ['fail()', running(), (r) => fail(r, { now, error }), 'failed', 'job.failed'],
    ['exhaust()', running(), (r) => exhaust(r, { now, cause: error }), 'failed', 'job.failed'],
    ['bury() of a queued job', queuedJob(), (r) => bury(r, now), 'failed', 'job.failed'],
    ['strand() of a queued job', queuedJob(), (r) => strand(r, now), 'failed', 'job.failed'],
    ['expire() of a queued job', queuedJob(), (r) => expire(r, now), 'timed-out', 'job.timed-out'],
    ['expire() of a running job', running(), (r) => expire(r, now), 'timed-out', 'job.timed-out'],
    ['cancel() of a queued job', queuedJob(), (r) => cancel(r, now), 'canceled', 'job.canceled'],
    ['cancel() of a running job', running(), (r) => cancel(r, now), 'canceled', 'job.canceled'],
    ['retry()', running(), (r) => retry(r, { now, error, nextRunAtMs: now + 5 }), 'queued', 'job.retrying'],
  ];

  it.each(cases)('%s moves status, event and seq together', (_, record, change, status, type) => {
    const changed = applyChange(record, change(record));
    expect(changed).toMatchObject({ status, seq: record.seq + 1, keptSeq: record.seq + 1 });
    expect(changed.events.at(-1)).toMatchObject({ type, seq: record.seq + 1, prevSeq: record.keptSeq });
    expect(changed.finishedAtMs !== undefined).toBe(isDone(changed.status));
  });

  it.each(cases.slice(2))('%s leaves no lease', (_, record, change) => {
    expect(applyChange(record, change(record)).leaseUntilMs).toBeUndefined();
  });

  it.each(['succeeded', 'failed', 'canceled', 'timed-out'] as const)('is refused once the job is %s', (status) => {
    const done = { ...running(), status };
    for (const [, , change] of cases) expect(() => change(done)).toThrow(/Cannot/);
  });

  it('exhaust(), bury() and strand() list the job among the dead letters, fail() does not', () => {
    expect(exhaust(running(), { now, cause: error }).set).toMatchObject({
      deadAtMs: now,
      error: { code: 'runs-exhausted', cause: error },
    });
    for (const change of [bury, strand]) {
      expect(change(running(), now).set).toMatchObject({ deadAtMs: now, error: { code: 'dead-lettered' } });
    }
    expect(fail(running(), { now, error }).set.deadAtMs).toBeUndefined();
  });

  it('retry() is not to be made once a cancel has been asked for', () => {
    expect(retry(running(), { now, error, nextRunAtMs: now }).unlessCanceled).toBe(true);
  });

  it('requestCancel() and extendLease() add no event', () => {
    expect(requestCancel(running(), now).set).toEqual({ cancelRequestedAtMs: now });
    expect(extendLease(running(), leaseUntilMs).set).toEqual({ leaseUntilMs });
  });

  it('an event is never earlier than the one before it, whatever the clock says', () => {
    const late = claim(queuedJob(), { now: now - 5_000, leaseUntilMs });
    expect(late.events[0]?.timeMs).toBe(now);
  });

  it('a claim forgets the progress of the run before', () => {
    const told = applyChange(running(), setProgress(running(), { percent: 50 }, now));
    expect(told.progress?.percent).toBe(50);
    expect(applyChange(told, claim(told, { now, leaseUntilMs })).progress).toBeUndefined();
  });
});

/** What a run, the API or the next holder may do, in the order of a random schedule. */
type Step =
  | 'claim'
  | 'parts'
  | 'progress'
  | 'retry'
  | 'succeed'
  | 'fail'
  | 'cancel'
  | 'expire'
  | 'die'
  | 'zombie'
  | 'both';

function perform(
  record: JobRecord,
  step: Step,
  { at, lost }: { at: number; lost: JobRecord | undefined },
): { record: JobRecord; parts: StoredPart[] } {
  const apply = (change: JobChange, parts: StoredPart[] = []) => ({ record: applyChange(record, change), parts });
  const isRunning = record.status === 'running';
  if (isDone(record.status)) return { record, parts: [] };
  if (step === 'claim') return apply(claim(record, { now: at, leaseUntilMs: at + 1 }));
  if (step === 'cancel') return apply(cancel(record, at));
  if (step === 'expire') return apply(expire(record, at));
  // A run that lost its lease goes on writing parts from where it last saw HEAD; HEAD does not follow.
  if (step === 'zombie') return { record, parts: lost ? addParts(lost, ['-1', '-2'], at).stored : [] };
  if (!isRunning) return { record, parts: [] };
  const { stored, change } = addParts(record, ['1', '2', '3'], at);
  if (step === 'parts') return apply(change, stored);
  // A run that dies between its parts and HEAD: the next claim comes in their place.
  if (step === 'die') return apply(claim(record, { now: at, leaseUntilMs: at + 1 }), stored);
  if (step === 'progress') return apply(setProgress(record, { percent: 1 }, at));
  const after = applyChange(record, change);
  const progress = setProgress(after, { percent: 9 }, at);
  if (step === 'both') return apply(combineChanges(change, progress), stored);
  if (step === 'retry') return apply(retry(record, { now: at, error, nextRunAtMs: at }));
  if (step === 'fail') return apply(fail(record, { now: at, error }));
  return apply(combineChanges(change, succeed(after, { now: at, output })), stored);
}

describe('any sequence of writers', () => {
  const step = fc.constantFrom<Step>('claim', 'parts', 'progress', 'retry', 'both', 'die', 'zombie');
  const last = fc.constantFrom<Step>('succeed', 'fail', 'cancel', 'expire');

  it('leaves a log without gaps, with right prevSeqs, one end, and nothing after it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), last, fc.array(step, { maxLength: 5 }), (steps, end, after) => {
        let record = queuedJob();
        let lost: JobRecord | undefined;
        const parts: StoredPart[] = [];
        for (const [index, next] of (['claim', ...steps, 'claim', end, ...after] as Step[]).entries()) {
          const before = record;
          const done = perform(record, next, { at: now + index, lost });
          record = done.record;
          expect(record.seq).toBeGreaterThanOrEqual(before.seq);
          if (record.run !== before.run && before.run > 0) lost = before;
          parts.push(...done.parts);
        }
        const { events, complete } = assembleLog({ record, parts, after: 0 });
        expect(complete).toBe(true);
        const kept = events.filter((entry) => 'type' in entry || 'json' in entry);
        expect(kept.map(({ prevSeq }) => prevSeq)).toEqual([0, ...kept.slice(0, -1).map(({ seq }) => seq)]);
        expect(kept.at(-1)?.seq).toBe(record.seq);
        const ends = record.events.filter(({ type }) => isEnd(type) && type !== 'job.retrying');
        expect(ends).toHaveLength(1);
        expect(record.events.at(-1)).toBe(ends[0]);
        expect(record.keptSeq).toBe(record.seq);
        // Every number is a kept event or a progress: none is left out but those that a newer progress replaced.
        expect(new Set(kept.map(({ seq }) => seq)).size).toBe(kept.length);
      }),
      { numRuns: 300 },
    );
  });

  it('two changes in one write are the same as one after the other', () => {
    fc.assert(
      fc.property(fc.array(fc.json(), { maxLength: 5 }), fc.boolean(), (texts, again) => {
        const record = running();
        const first = addParts(record, texts, now).change;
        const middle = applyChange(record, first);
        const second = again
          ? retry(middle, { now, error, nextRunAtMs: now + 9 })
          : succeed(middle, { now: now + 1, output });
        expect(applyChange(record, combineChanges(first, second))).toEqual(applyChange(middle, second));
      }),
    );
  });
});
