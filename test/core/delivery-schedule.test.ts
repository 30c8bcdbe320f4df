import { describe, expect, it, test } from 'vitest';
import { judgeAttempt, parseRetryAfter, retryPausesMs } from '../../lambdas/core/delivery-schedule.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const minutes = (count: number) => count * 60_000;
const hours = (count: number) => count * 3_600_000;

const pauses = [5_000, minutes(5), minutes(30), hours(2), hours(5), hours(10), hours(14), hours(20), hours(24)];

describe('judgeAttempt()', () => {
  it.each(pauses.map((pauseMs, index) => [index + 1, pauseMs]))(
    'has attempt %i followed by a pause of %i ms, 20 %% more or less',
    (tries, pauseMs) => {
      for (const [random, factor] of [
        [0, 0.8],
        [0.5, 1],
        [1, 1.2],
      ] as const) {
        const verdict = judgeAttempt({ status: 500 }, { tries, now, random });
        expect(verdict).toEqual({ status: 'pending', nextAttemptAtMs: now + Math.round(pauseMs * factor) });
      }
    },
  );

  it('gives up after the tenth', () => {
    expect(retryPausesMs).toHaveLength(9);
    expect(judgeAttempt({ status: 500 }, { tries: 10, now, random: 0 })).toEqual({ status: 'failed', gone: false });
    expect(judgeAttempt({}, { tries: 10, now, random: 0 })).toEqual({ status: 'failed', gone: false });
  });

  it.each([200, 201, 202, 204, 299])('takes %i for a success, at the last attempt too', (status) => {
    expect(judgeAttempt({ status }, { tries: 10, now, random: 0 })).toEqual({ status: 'delivered' });
  });

  it.each([undefined, 100, 199, 300, 301, 302, 307, 308, 400, 401, 404, 408, 429, 500, 502, 503])(
    'tries again after %s',
    (status) => {
      expect(judgeAttempt({ status }, { tries: 1, now, random: 0.5 }).status).toBe('pending');
    },
  );

  it('has 410 as the last word', () => {
    expect(judgeAttempt({ status: 410 }, { tries: 1, now, random: 0 })).toEqual({ status: 'failed', gone: true });
  });

  it.each([
    [429, '120', 120_000],
    [503, '120', 120_000],
    [429, '999999', hours(1)],
    [429, '0', 5_000],
    [503, 'Sun, 22 Nov 2026 12:10:00 GMT', minutes(10)],
    [503, 'Sun, 22 Nov 2026 11:00:00 GMT', 5_000],
    [429, 'soon', 5_000],
    [429, '-5', 5_000],
    [429, '1.5', 5_000],
    [500, '120', 5_000],
    [301, '120', 5_000],
  ])('has %i with Retry-After %s followed by a pause of %i ms', (status, retryAfter, pauseMs) => {
    const verdict = judgeAttempt({ status, retryAfter }, { tries: 1, now, random: 0.5 });
    expect(verdict).toEqual({ status: 'pending', nextAttemptAtMs: now + pauseMs });
  });

  it.each(pauses.map((pauseMs, index) => [index + 1, Math.max(pauseMs, minutes(1))]))(
    'has attempt %i with Retry-After 60 followed by a pause of %i ms: the longer one',
    (tries, pauseMs) => {
      const verdict = judgeAttempt({ status: 429, retryAfter: '60' }, { tries, now, random: 0.5 });
      expect(verdict).toEqual({ status: 'pending', nextAttemptAtMs: now + pauseMs });
    },
  );
});

test.each([undefined, '', ' ', 'abc', '1e3', '0x10', '١٢٠', 'Mon', `${'9'.repeat(400)}`])(
  'parseRetryAfter() takes %j for none',
  (header) => {
    expect(parseRetryAfter(header, now)).toBeUndefined();
  },
);
