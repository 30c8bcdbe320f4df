/** Runs `work` for every item, at most `limit` at a time. Throws the first fault once all have ended. */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const faults: unknown[] = [];
  const waiting = items.values();
  const takeTurns = async () => {
    for (const item of waiting) await work(item).catch((fault: unknown) => faults.push(fault));
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, takeTurns));
  if (faults.length > 0) throw faults[0];
}
