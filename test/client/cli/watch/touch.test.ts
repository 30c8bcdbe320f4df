import { expect, test } from 'vitest';
import { afterNews, isLost, type Touch } from '../../../../client/cli/watch/touch.ts';

/** What is told, of states of a channel at these moments. */
function told(...news: ['opening' | 'open' | 'closed' | 'failed' | 'mending', number][]): boolean[] {
  let touch: Touch = { lostAtMs: undefined };
  return news.map(([state, nowMs]) => {
    touch = afterNews(touch, { state }, nowMs);
    return isLost(touch, nowMs);
  });
}

test('isLost() is true once nothing has got through for two seconds, until something does', () => {
  expect(
    told(['opening', 0], ['open', 10], ['failed', 5000], ['opening', 5000], ['failed', 7500], ['open', 9000]),
  ).toEqual([false, false, false, false, true, false]);
});

test('isLost() is false of a change of channel, and of a stream that ends as streams do', () => {
  expect(told(['failed', 0], ['opening', 10], ['open', 500], ['closed', 60_000], ['opening', 60_010])).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});
