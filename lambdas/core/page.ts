import { limits } from '../../protocol/limits.ts';
import type { Page } from '../../protocol/types.ts';

/** Records of a list, as they were found. */
export interface Found<Entry> {
  records: Entry[];
  /** Where the list goes on behind them. */
  next?: string;
  /** Where it goes on behind one of them. */
  nextAfter(record: Entry): string;
}

/** A page of what was found. It ends before it is larger than an answer may be, with a `next` behind what it shows. */
export function pageOf<Entry, Item>(
  { records, next, nextAfter }: Found<Entry>,
  show: (record: Entry) => Item,
): Page<Item> {
  const items: Item[] = [];
  let room: number = limits.maxBatchBytes;
  for (const record of records) {
    const item = show(record);
    room -= bytesUnderWay(item);
    const last = records[items.length - 1];
    if (room < 0 && last !== undefined) return { items, next: nextAfter(last) };
    items.push(item);
  }
  return { items, ...(next !== undefined && { next }) };
}

/** A function hands its answer over as a JSON text within JSON, where each quote and each escape is one byte more. */
const bytesUnderWay = (item: unknown) => Buffer.byteLength(JSON.stringify(JSON.stringify(item)));
