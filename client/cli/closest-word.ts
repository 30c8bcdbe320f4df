/** The word of `words` that `typed` may have been meant for, or undefined where none is close. */
export function closestWord(typed: string, words: readonly string[]): string | undefined {
  const lower = typed.toLowerCase();
  const ranked = words
    .map((word) => ({ word, distance: distanceBetween(lower, word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= allowed(lower, word))
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.word ?? onlyBeginning(lower, words);
}

/** `; did you mean "x"?`, or nothing: to go at the end of a message. */
export function didYouMean(typed: string, words: readonly string[]): string {
  const word = closestWord(typed, words);
  return word === undefined ? '' : `; did you mean "${word}"?`;
}

/** One slip in a short word, two in a longer one, three in a long one. */
function allowed(typed: string, word: string): number {
  return Math.min(3, Math.floor(Math.max(typed.length, word.length) / 3));
}

function onlyBeginning(typed: string, words: readonly string[]): string | undefined {
  const found = typed.length < 2 ? [] : words.filter((word) => word.toLowerCase().startsWith(typed));
  return found.length === 1 ? found[0] : undefined;
}

/** Letters to add, leave out, replace or swap with their neighbour to come from `from` to `to`. */
function distanceBetween(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (current[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (isSame ? 0 : 1),
          isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
