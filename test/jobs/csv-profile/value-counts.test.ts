import { describe, expect, it } from 'vitest';
import { HyperLogLog } from '../../../jobs/csv-profile/hyper-log-log.ts';
import { ValueCounts } from '../../../jobs/csv-profile/value-counts.ts';

describe('ValueCounts', () => {
  it('counts exactly up to 10,000 different values', () => {
    const counts = new ValueCounts();
    for (let round = 0; round < 3; round++) for (let n = 0; n < 10_000; n++) counts.add(`value ${n}`);
    counts.add('value 7');
    expect(counts.isApproximate).toBe(false);
    expect(counts.distinct()).toBe(10_000);
    expect(counts.top(2)).toEqual([
      { value: 'value 7', count: 4 },
      { value: 'value 0', count: 3 },
    ]);
  });

  it('says that it estimates from the 10,001st on', () => {
    const counts = new ValueCounts();
    for (let n = 0; n <= 10_000; n++) counts.add(String(n));
    expect(counts.isApproximate).toBe(true);
    expect(counts.distinct()).toBeGreaterThan(10_000);
    expect(counts.distinct()).toBeLessThan(10_300);
  });

  it('finds the frequent values among very many, and never counts one too often', () => {
    const counts = new ValueCounts();
    const frequent = ['a', 'b', 'c', 'd', 'e'];
    for (let n = 0; n < 300_000; n++) {
      counts.add(`rare ${n}`);
      if (n % 50 === 0)
        for (const [index, value] of frequent.entries()) if (n % (50 * (index + 1)) === 0) counts.add(value);
    }
    const top = counts.top(5);
    expect(top.map(({ value }) => value)).toEqual(frequent);
    for (const [index, { count }] of top.entries()) {
      const exact = 300_000 / (50 * (index + 1));
      expect(count).toBeLessThanOrEqual(exact);
      expect(count).toBeGreaterThan(exact - 300_000 / 5000);
    }
  });

  it('tells long values apart by all of their characters, and shows their beginning', () => {
    const counts = new ValueCounts();
    const long = '😀'.repeat(80);
    for (const value of [`${long}a`, `${long}b`, `${long}b`]) counts.add(value);
    expect(counts.distinct()).toBe(2);
    const [first] = counts.top(1);
    expect(first).toEqual({ value: `${'😀'.repeat(50)}…`, count: 2 });
    counts.add('x'.repeat(100));
    expect(counts.top(3).map(({ value }) => value)).toContain('x'.repeat(100));
  });
});

describe('HyperLogLog', () => {
  it.each([0, 1, 100, 5_000, 20_000, 60_000, 200_000, 1_000_000])(
    'estimates %i different values within 3 %%',
    (size) => {
      const sketch = new HyperLogLog();
      for (let n = 0; n < size; n++) sketch.add(`key-${n}`);
      for (let n = 0; n < Math.min(size, 1000); n++) sketch.add(`key-${n}`);
      expect(Math.abs(sketch.estimate() - size)).toBeLessThanOrEqual(size * 0.03);
    },
  );

  it('estimates without bias: over 40 sets the mean error is below 0.5 %', () => {
    for (const size of [12_000, 45_000]) {
      let error = 0;
      for (let set = 0; set < 40; set++) {
        const sketch = new HyperLogLog();
        for (let n = 0; n < size; n++) sketch.add(`${set}/${n * 31}`);
        error += sketch.estimate() / size - 1;
      }
      expect(Math.abs(error / 40)).toBeLessThan(0.005);
    }
  });
});
