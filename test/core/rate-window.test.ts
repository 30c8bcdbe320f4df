import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { left, type RateWindow, takeFromWindow } from '../../lambdas/core/rate-window.ts';

const fresh: RateWindow = { startSeconds: 0, counted: 0, uncounted: 0 };

describe('takeFromWindow()', () => {
  test('tells the shared counter nothing below a chunk, then the chunk', () => {
    let window = fresh;
    const draws: number[] = [];
    for (let n = 0; n < 45; n += 1) {
      const taken = takeFromWindow(window, { wanted: 1, limit: 3000 });
      window = taken.window;
      draws.push(taken.draw);
    }
    expect(draws.filter((draw) => draw > 0)).toEqual([20, 20]);
    expect([window.counted, window.uncounted]).toEqual([40, 5]);
  });

  test('tells it each job where the limit is small', () => {
    expect(takeFromWindow(fresh, { wanted: 1, limit: 5 }).draw).toBe(1);
  });

  test('grants what is left, and no more', () => {
    const window = { ...fresh, counted: 95 };
    expect(takeFromWindow(window, { wanted: 10, limit: 100 }).granted).toBe(5);
    expect(takeFromWindow({ ...window, counted: 100 }, { wanted: 1, limit: 100 })).toMatchObject({
      granted: 0,
      draw: 0,
    });
  });

  test('environments together pass a limit by at most a chunk each', () => {
    const plan = fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 30 })), { maxLength: 300 });
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 4000 }), (takes, limit) => {
        const windows = Array.from({ length: 5 }, () => fresh);
        let shared = 0;
        let granted = 0;
        for (const [environment, wanted] of takes) {
          const taken = takeFromWindow(windows[environment] ?? fresh, { wanted, limit });
          granted += taken.granted;
          shared += taken.draw;
          windows[environment] =
            taken.draw > 0 ? { ...taken.window, counted: Math.max(taken.window.counted, shared) } : taken.window;
          expect(left(windows[environment], limit)).toBeGreaterThanOrEqual(0);
        }
        // A take is decided before the shared counter has answered: a batch may pass it once more by its own size.
        expect(granted).toBeLessThanOrEqual(limit + 5 * (20 + 30));
      }),
    );
  });
});
