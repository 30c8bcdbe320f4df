/** A queue that is put into from one side and iterated over from the other. */
export interface Mailbox<Item> extends AsyncIterable<Item> {
  /** False where it is full: then it has ended, after what is in it. */
  put(item: Item): boolean;
  /** The iteration ends after what is in it, with `error` where there is one. Only the first end counts. */
  end(error?: unknown): void;
}

/**
 * Makes a mailbox.
 *
 * @param most how many items may wait: whoever reads slower than that is cut off, not kept in memory without bound
 */
export function createMailbox<Item>(most: number): Mailbox<Item> {
  const items: Item[] = [];
  let ended: { error?: unknown } | undefined;
  let wake = () => {};

  const end = (error?: unknown) => {
    ended ??= error === undefined ? {} : { error };
    wake();
  };

  return {
    put(item) {
      if (items.length >= most) end();
      if (ended) return false;
      items.push(item);
      wake();
      return true;
    },
    end,
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const item = items.shift();
        if (item !== undefined) yield item;
        else if (ended && 'error' in ended) throw ended.error;
        else if (ended) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
}
