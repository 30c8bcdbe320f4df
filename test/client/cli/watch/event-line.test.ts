import { expect, test } from 'vitest';
import { paintFor } from '../../../../client/cli/terminal/paint.ts';
import { eventLine, isWorthALine } from '../../../../client/cli/watch/event-line.ts';
import { afterEvent, type JobProgress, progressOf } from '../../../../client/cli/watch/job-progress.ts';
import type { WholeEvent } from '../../../../client/whole-event.ts';
import type { Job } from '../../../../protocol/types.ts';

const job = {
  id: 'job_1',
  type: 'countdown',
  status: 'queued',
  done: false,
  seq: 1,
  run: 0,
  maxRuns: 3,
  createdAt: '2026-11-22T12:00:00.000Z',
  links: {},
} as Job;

const failure = { code: 'handler-error', message: 'It broke\u001b[31m' };
const exhausted = { code: 'runs-exhausted', message: 'None of 3 runs succeeded', cause: failure };
const steps: [Pick<WholeEvent, 'type' | 'data'>, string][] = [
  [{ type: 'job.queued', data: { status: 'queued' } }, '○ queued     countdown'],
  [{ type: 'job.running', data: { status: 'running', run: 1 } }, '● running'],
  [{ type: 'job.progress', data: { run: 1, percent: 40.7, message: 'Step 2' } }, '· progress   40 %  Step 2'],
  [{ type: 'job.progress', data: { run: 1, percent: 50 } }, '· progress   50 %  Step 2'],
  [{ type: 'job.output', data: { run: 1, part: { step: 2 } } }, '▸ part       {"step":2}'],
  [{ type: 'job.output', data: { run: 1, part: 'text\nof two lines' } }, '▸ part       text of two lines'],
  [
    { type: 'job.retrying', data: { status: 'queued', run: 1, error: failure, nextRunAt: '2026-11-22T12:00:11.000Z' } },
    '↻ retrying   It broke (handler-error); runs again in 5.0 s',
  ],
  [{ type: 'job.running', data: { status: 'running', run: 2 } }, '● running    run 2 of 3'],
  [
    { type: 'job.failed', data: { status: 'failed', error: exhausted } },
    '✗ failed     None of 3 runs succeeded: It broke (runs-exhausted, handler-error)  after 7.0 s',
  ],
] as never;

const options = { width: Number.POSITIVE_INFINITY, isUnicode: true, paint: paintFor({}) };

/** The event as the log has it: one second after the one before. */
function eventAt(index: number, part: Pick<WholeEvent, 'type' | 'data'>): WholeEvent {
  const time = new Date(Date.parse(job.createdAt) + index * 1000).toISOString();
  return { id: `evt_${index}`, seq: index + 1, prevSeq: index, time, job: job.id, ...part } as WholeEvent;
}

test('eventLine() says each event in one line, by what came before it', () => {
  let progress: JobProgress = progressOf(job, 0);
  const lines = steps.map(([part], index) => {
    const event = eventAt(index, part);
    progress = afterEvent(progress, event);
    return eventLine(event, progress, options).slice('12:00:00  '.length);
  });
  expect(lines).toEqual(steps.map(([, line]) => line));
  expect(progress).toMatchObject({ status: 'failed', done: true, seq: 9, error: exhausted });
});

test('eventLine() begins with the time of day, and fits', () => {
  const event = eventAt(0, { type: 'job.output', data: { run: 1, part: 'x'.repeat(200) } } as never);
  const line = eventLine(event, progressOf(job, 0), { ...options, width: 40 });
  expect(line).toMatch(/^\d\d:\d\d:\d\d {2}▸ part {7}x+…$/);
  expect(line.length).toBeLessThan(40);
});

test('eventLine() is ASCII where more cannot be shown', () => {
  const event = eventAt(0, { type: 'job.succeeded', data: { status: 'succeeded', output: 1 } });
  expect(eventLine(event, progressOf(job, 0), { ...options, isUnicode: false })).toMatch(/^[\x20-\x7e]+$/);
});

test('afterEvent() follows a job whose beginning is not known', () => {
  const event = eventAt(6, { type: 'job.succeeded', data: { status: 'succeeded', output: 1 } });
  const late = afterEvent(progressOf({ ...job, startedAt: '2026-11-22T12:00:02.000Z' }, 5), event);
  expect(late).toMatchObject({ status: 'succeeded', done: true, seq: 7 });
  expect(eventLine(event, late, options)).toContain('after 4.0 s');
});

test('isWorthALine() lets one progress a second into a log', () => {
  expect([undefined, 0, 1, 500].map((last) => isWorthALine(1000, last))).toEqual([true, true, false, false]);
});
