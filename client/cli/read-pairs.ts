import { UsageError } from './usage-error.ts';

/** `key=value` words as an object; `option` is what they were given by. */
export function readPairs(option: string, words: readonly string[]): Record<string, string> {
  const pairs = words.map((word) => {
    const at = word.indexOf('=');
    if (at < 1) throw new UsageError(`Cannot use ${option} ${word}: it must be key=value`);
    return [word.slice(0, at), word.slice(at + 1)] as const;
  });
  return Object.fromEntries(pairs);
}

/** `a,b` and repeated options as one list, without what is empty. */
export function readList(words: readonly string[]): string[] {
  return words
    .flatMap((word) => word.split(','))
    .map((word) => word.trim())
    .filter(Boolean);
}
