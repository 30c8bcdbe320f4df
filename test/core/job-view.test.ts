import { describe, expect, it } from 'vitest';
import { applyChange, claim, retry, setProgress, succeed } from '../../lambdas/core/job-changes.ts';
import type { StoredPayload } from '../../lambdas/core/job-record.ts';
import { eventId, outputToLoad, presentEvent, presentJob } from '../../lambdas/core/job-view.ts';
import { startMs as now, queuedJob } from './job-records.ts';

const restUrl = 'https://api.test/v1';
const queued = queuedJob();
const running = applyChange(queued, claim(queued, { now, leaseUntilMs: now + 1 }));
const finished = (output: StoredPayload) => applyChange(running, succeed(running, { now, output }));
const end = (output: StoredPayload) => {
  const record = finished(output);
  const entry = record.events.at(-1);
  if (!entry) throw new Error('no end');
  return { record, entry };
};

describe('presentJob()', () => {
  it('shows a queued job with its links, and no field that it lacks', () => {
    const self = `${restUrl}/jobs/${queued.id}`;
    expect(presentJob(queued, { restUrl, input: { value: 1 } })).toEqual({
      id: queued.id,
      type: 'echo',
      status: 'queued',
      done: false,
      seq: 1,
      input: { value: 1 },
      run: 0,
      maxRuns: 3,
      createdAt: '2026-11-22T12:00:00.000Z',
      links: {
        self,
        events: `${self}/events`,
        cancel: `${self}/cancel`,
        retry: `${self}/retry`,
        deliveries: `${self}/deliveries`,
      },
    });
  });

  it('shows a small output from the record, and when the job expires', () => {
    const job = presentJob(finished({ inline: '{"a":1}', bytes: 7 }), { restUrl });
    expect(job).toMatchObject({ done: true, output: { a: 1 }, expiresAt: '2026-11-29T12:00:00.000Z' });
  });

  it('shows progress without the fields of the log', () => {
    const record = applyChange(running, setProgress(running, { percent: 5, message: 'm' }, now));
    expect(presentJob(record, { restUrl }).progress).toEqual({ percent: 5, message: 'm' });
  });
});

describe('presentEvent()', () => {
  it('gives each type the data of section 13', () => {
    const error = { code: 'c', message: 'm' };
    const again = applyChange(running, retry(running, { now, error, nextRunAtMs: now + 1000 }));
    const data = again.events.map((entry) => presentEvent(again, entry, { restUrl }).data);
    expect(data).toEqual([
      { status: 'queued' },
      { status: 'running', run: 1 },
      { status: 'queued', run: 1, error, nextRunAt: '2026-11-22T12:00:01.000Z' },
    ]);
  });

  it('shows a part with its run', () => {
    const part = { seq: 3, prevSeq: 2, timeMs: now, run: 1, json: '"x"' };
    expect(presentEvent(running, part, { restUrl })).toMatchObject({ type: 'job.output', data: { run: 1, part: 'x' } });
  });

  it.each([
    ['inline', { inline: '1', bytes: 1 }, false, { status: 'succeeded', output: 1 }],
    ['small item', { item: 'D#1', bytes: 300 }, true, { status: 'succeeded', output: 'given' }],
    ['object', { object: 'key', bytes: 70_000 }, false, { status: 'succeeded', outputSize: 70_000 }],
  ] as const)('shows the end with its output: %s', (_, output, loads, data) => {
    const { record, entry } = end(output);
    expect(outputToLoad(record, entry)).toBe(loads);
    expect(presentEvent(record, entry, { restUrl, ...(loads && { output: 'given' }) }).data).toEqual(data);
  });

  it('truncates what is over 24 KiB without loading it, and shows it whole when asked', () => {
    const { record, entry } = end({ item: 'D#1', bytes: 30_000 });
    const url = `${restUrl}/jobs/${record.id}/events/3`;
    const event = presentEvent(record, entry, { restUrl });
    expect(outputToLoad(record, entry)).toBe(false);
    expect(event).toMatchObject({ truncated: true, url });
    expect(event.data).toBeUndefined();
    expect(outputToLoad(record, entry, { whole: true })).toBe(true);
    expect(presentEvent(record, entry, { restUrl, output: 'all', whole: true }).data).toMatchObject({ output: 'all' });
  });

  it('truncates a large part', () => {
    const part = { seq: 3, prevSeq: 2, timeMs: now, run: 1, json: JSON.stringify('x'.repeat(25_000)) };
    expect(presentEvent(running, part, { restUrl })).toMatchObject({ truncated: true });
  });
});

describe('eventId()', () => {
  it('is another in another life of the same job id', () => {
    expect(eventId(queued, 1)).toMatch(/^evt_[a-z2-7]{26}$/);
    expect(eventId(queued, 1)).not.toBe(eventId(queued, 2));
    expect(eventId(queued, 1)).not.toBe(eventId({ ...queued, createdAtMs: now + 1 }, 1));
  });
});
