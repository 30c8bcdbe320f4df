import { describe, expect, test } from 'vitest';
import { pageOf } from '../../lambdas/core/page.ts';
import { limits } from '../../protocol/limits.ts';

const found = (texts: string[], next?: string) => ({
  records: texts,
  ...(next !== undefined && { next }),
  nextAfter: (text: string) => `after ${texts.indexOf(text)}`,
});
const show = (text: string) => ({ text });
const many = (count: number, text: string) => Array.from({ length: count }, (_, index) => `${index} ${text}`);

describe('pageOf()', () => {
  test('shows all that was found, and where it goes on', () => {
    expect(pageOf(found(['a', 'b']), show)).toEqual({ items: [{ text: 'a' }, { text: 'b' }] });
    expect(pageOf(found(['a'], 'more'), show)).toEqual({ items: [{ text: 'a' }], next: 'more' });
    expect(pageOf(found([], 'more'), show)).toEqual({ items: [], next: 'more' });
  });

  test.each([
    ['letters', 'x'.repeat(100_000)],
    ['letters of several bytes', 'ä'.repeat(50_000)],
    ['quotes', '"'.repeat(30_000)],
    ['control characters', '\u0001'.repeat(20_000)],
  ])('ends before an answer of %s is too large, behind what it shows', (_, text) => {
    const texts = many(100, text);
    const { items, next } = pageOf(found(texts, 'more'), show);
    const answer = JSON.stringify(JSON.stringify({ items }));
    expect(Buffer.byteLength(answer)).toBeLessThanOrEqual(limits.maxBatchBytes);
    expect(Buffer.byteLength(answer)).toBeGreaterThan(limits.maxBatchBytes * 0.9);
    expect(next).toBe(`after ${items.length - 1}`);
    expect(items).toEqual(texts.slice(0, items.length).map(show));
  });

  test('shows one record, however large, so that every page gets on', () => {
    const texts = many(2, 'x'.repeat(limits.maxBatchBytes));
    expect(pageOf(found(texts), show)).toEqual({ items: [show(texts[0] ?? '')], next: 'after 0' });
  });
});
