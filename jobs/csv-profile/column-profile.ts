import { anyType, type ColumnType, cellTypes, columnType, parseDate, typesOf } from './cell-types.ts';
import { type CountedValue, ValueCounts } from './value-counts.ts';

const topSize = 5;

export interface ColumnFigures {
  name: string;
  type: ColumnType;
  count: number;
  empty: number;
  distinct: number;
  approximate?: true;
  min?: number | string;
  max?: number | string;
  mean?: number;
  top: CountedValue[];
}

/** Gathers the figures of one column, cell by cell. */
export class ColumnProfile {
  readonly #name: string;
  readonly #values = new ValueCounts();
  #count = 0;
  #empty = 0;
  #sharedTypes = anyType;
  #numbers = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, sum: 0, lost: 0 };
  #dates = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, first: '', last: '' };

  constructor(name: string) {
    this.#name = name;
  }

  add(cell: string): void {
    if (cell === '') {
      this.#empty++;
      return;
    }
    this.#count++;
    this.#values.add(cell);
    if (this.#sharedTypes === 0) return;
    this.#sharedTypes &= typesOf(cell);
    if (this.#sharedTypes & cellTypes.number) this.#addNumber(Number(cell));
    if (this.#sharedTypes & cellTypes.date) this.#addDate(cell);
  }

  finish(): ColumnFigures {
    const type = this.#count === 0 ? 'text' : columnType(this.#sharedTypes);
    return {
      name: this.#name,
      type,
      count: this.#count,
      empty: this.#empty,
      distinct: this.#values.distinct(),
      ...(this.#values.isApproximate && { approximate: true }),
      ...this.#range(type),
      top: this.#values.top(topSize),
    };
  }

  #range(type: ColumnType): Pick<ColumnFigures, 'min' | 'max' | 'mean'> {
    const { min, max, sum, lost } = this.#numbers;
    if (type === 'integer' || type === 'number') return { min, max, mean: (sum + lost) / this.#count };
    return type === 'date' ? { min: this.#dates.first, max: this.#dates.last } : {};
  }

  #addNumber(value: number): void {
    const numbers = this.#numbers;
    if (value < numbers.min) numbers.min = value;
    if (value > numbers.max) numbers.max = value;
    // Neumaier's sum: what rounding loses of each addition is kept and added at the end.
    const sum = numbers.sum + value;
    numbers.lost += Math.abs(numbers.sum) >= Math.abs(value) ? numbers.sum - sum + value : value - sum + numbers.sum;
    numbers.sum = sum;
  }

  #addDate(cell: string): void {
    const moment = parseDate(cell);
    if (moment === undefined) return;
    if (moment < this.#dates.min) Object.assign(this.#dates, { min: moment, first: cell });
    if (moment > this.#dates.max) Object.assign(this.#dates, { max: moment, last: cell });
  }
}
