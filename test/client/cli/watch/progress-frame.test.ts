import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../../../client/cli/terminal/display-width.ts';
import { paintFor } from '../../../../client/cli/terminal/paint.ts';
import type { JobProgress } from '../../../../client/cli/watch/job-progress.ts';
import { progressFrame, spinnerFrame } from '../../../../client/cli/watch/progress-frame.ts';

const startedAtMs = Date.parse('2026-11-22T12:00:00.000Z');
const running: JobProgress = {
  id: 'job_1',
  type: 'countdown',
  status: 'running',
  done: false,
  seq: 4,
  run: 1,
  maxRuns: 3,
  createdAtMs: startedAtMs - 500,
  startedAtMs,
  percent: 40,
  message: 'Step 2 of 5',
};
const paint = paintFor({});
const frame = (progress: Partial<JobProgress>, width = 80, isUnicode = true) =>
  progressFrame({ ...running, ...progress }, { nowMs: startedAtMs + 2100, width, isUnicode, paint });

describe('progressFrame()', () => {
  test.each<[string, Partial<JobProgress>, number, string]>([
    ['with room for all', {}, 80, '⠙ ██████████░░░░░░░░░░░░░░░░  40 % Step 2 of 5 2.1 s'],
    ['at its widest', { percent: 50 }, 200, '⠙ ███████████████░░░░░░░░░░░░░░░  50 % Step 2 of 5 2.1 s'],
    ['at the start', { percent: 0 }, 80, '⠙ ░░░░░░░░░░░░░░░░░░░░░░░░░░   0 % Step 2 of 5 2.1 s'],
    ['at the end', { percent: 100 }, 80, '⠙ ██████████████████████████ 100 % Step 2 of 5 2.1 s'],
    ['never rounded up to its end', { percent: 99.9 }, 80, '⠙ ██████████████████████████  99 % Step 2 of 5 2.1 s'],
    ['narrow: the message is cut', {}, 40, '⠙ █████░░░░░░░░  40 % Step 2 of 5 2.1 s'],
    ['narrower', {}, 34, '⠙ ████░░░░░░░  40 % Step 2… 2.1 s'],
    ['without room for a bar', {}, 24, '⠙  40 % Step 2 o… 2.1 s'],
    ['without room for a message', {}, 16, '⠙  40 % 2.1 s'],
    ['with room for next to nothing', {}, 10, '⠙  40 %'],
    ['in four columns', {}, 4, '⠙…'],
    ['without a percentage', { percent: undefined }, 80, '⠙ running Step 2 of 5 2.1 s'],
    ['without anything', { percent: undefined, message: undefined }, 80, '⠙ running 2.1 s'],
    ['in its second run', { run: 2 }, 80, '⠙ ██████████░░░░░░░░░░░░░░░░  40 %, run 2 of 3 Step 2 of 5 2.1 s'],
    [
      'in its queue',
      { status: 'queued', percent: undefined, message: undefined, startedAtMs: undefined },
      80,
      '⠙ queued 2.6 s',
    ],
    [
      'between two runs',
      { status: 'queued', percent: undefined, message: undefined, nextRunAtMs: startedAtMs + 5000 },
      80,
      '⠙ runs again in 2.9 s 2.1 s',
    ],
    [
      'with a message that would move the cursor',
      { message: '\u001b[2Jgone\nwrong' },
      80,
      expect.stringContaining('gone wrong 2.1 s') as never,
    ],
    ['with a wide message', { percent: undefined, message: '日本語日本語' }, 24, '⠙ running 日本語… 2.1 s'],
  ])('of a job %s', (_, progress, width, expected) => {
    expect(frame(progress, width)).toEqual(expected);
  });

  test('never wraps, however narrow', () => {
    for (let width = 2; width < 100; width++) {
      for (const message of [
        '',
        'Step',
        'a message that goes on and on and on and on and on and on',
        '日本語'.repeat(20),
      ]) {
        for (const percent of [undefined, 0, 7, 100]) {
          expect(displayWidth(frame({ message, percent, run: 2 }, width))).toBeLessThan(width);
        }
      }
    }
  });

  test('is ASCII where more cannot be shown', () => {
    expect(frame({}, 60, false)).toBe('/ ########-----------  40 % Step 2 of 5 2.1 s');
  });

  test('turns its spinner', () => {
    const at = (nowMs: number) => spinnerFrame('uploading', { nowMs, width: 80, isUnicode: true, paint });
    expect([at(0), at(100), at(1000)]).toEqual(['⠋ uploading', '⠙ uploading', '⠋ uploading']);
  });
});
