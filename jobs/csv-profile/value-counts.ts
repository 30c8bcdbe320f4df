import { createHash } from 'node:crypto';
import { HyperLogLog } from './hyper-log-log.ts';

const maxExact = 10_000;
const maxShownLength = 100;

export interface CountedValue {
  value: string;
  count: number;
}

/**
 * Counts the values of a column in bounded memory: exactly up to 10,000 different ones, then by estimates.
 *
 * Beyond that the number of different values comes from a HyperLogLog, and the most frequent ones from the counters that
 * are left when, each time there are 10,000, their median is taken off all of them and what falls to 0 is dropped (Misra
 * and Gries, 1982; Anderson et al., 2017). A count is then at least what is told, and no value that makes up 1/5,000 of
 * the column can be missing.
 */
export class ValueCounts {
  readonly #counts = new Map<string, number>();
  #sketch: HyperLogLog | undefined;

  add(value: string): void {
    const key = value.length > maxShownLength ? shorten(value) : value;
    this.#sketch?.add(key);
    const count = this.#counts.get(key);
    if (count !== undefined) {
      this.#counts.set(key, count + 1);
      return;
    }
    if (this.#counts.size === maxExact) this.#makeRoom(key);
    this.#counts.set(copyOf(key), 1);
  }

  /** True once the figures are estimates. */
  get isApproximate(): boolean {
    return this.#sketch !== undefined;
  }

  distinct(): number {
    return this.#sketch ? Math.max(maxExact + 1, this.#sketch.estimate()) : this.#counts.size;
  }

  /** The most frequent values, equal counts in the order of their text. */
  top(size: number): CountedValue[] {
    const counted = Array.from(this.#counts, ([value, count]) => ({ value, count }));
    counted.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    return counted.slice(0, size).map(({ value, count }) => ({ value: shown(value), count }));
  }

  #makeRoom(newKey: string): void {
    if (!this.#sketch) {
      this.#sketch = new HyperLogLog();
      for (const key of this.#counts.keys()) this.#sketch.add(key);
      this.#sketch.add(newKey);
    }
    const sorted = Float64Array.from(this.#counts.values()).sort();
    const median = sorted[sorted.length >> 1] ?? 1;
    for (const [key, count] of this.#counts) {
      if (count > median) this.#counts.set(key, count - median);
      else this.#counts.delete(key);
    }
  }
}

/** A long value's beginning and digest: tells it from all others in little memory. */
function shorten(value: string): string {
  return beginning(value) + createHash('sha256').update(value).digest('base64url');
}

function shown(key: string): string {
  return key.length > maxShownLength ? `${beginning(key)}…` : key;
}

/** The first 100 characters, without half of a surrogate pair at the end. */
function beginning(value: string): string {
  return value.slice(0, maxShownLength).toWellFormed();
}

/** A copy with memory of its own: a slice would keep the whole piece of the file alive that it was cut from. */
function copyOf(value: string): string {
  return Buffer.from(value).toString();
}
