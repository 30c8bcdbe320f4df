import { describe, expect, it } from 'vitest';
import { createMailbox } from '../../../client/channels/mailbox.ts';

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const told: Item[] = [];
  for await (const item of items) told.push(item);
  return told;
}

describe('createMailbox()', () => {
  it('gives what was put before and after the reading began, in order, then ends', async () => {
    const box = createMailbox<number>(10);
    box.put(1);
    const read = all(box);
    box.put(2);
    await Promise.resolve();
    box.put(3);
    box.end();
    expect(await read).toEqual([1, 2, 3]);
    expect(box.put(4)).toBe(false);
  });

  it('throws its error after what is in it', async () => {
    const box = createMailbox<number>(10);
    box.put(1);
    box.end(new Error('cut'));
    box.end();
    const iterator = box[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    await expect(iterator.next()).rejects.toThrow('cut');
  });

  it('ends where it is full, and keeps what it took', async () => {
    const box = createMailbox<number>(2);
    expect([box.put(1), box.put(2), box.put(3)]).toEqual([true, true, false]);
    expect(await all(box)).toEqual([1, 2]);
  });
});
