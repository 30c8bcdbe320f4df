import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paceMessages } from '../../../client/channels/pace-messages.ts';
import { limits } from '../../../protocol/limits.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function stand() {
  const sent: { index: number; atMs: number }[] = [];
  const messages = paceMessages(({ index }: { index: number }) => sent.push({ index, atMs: Date.now() }));
  return { sent, messages };
}

test('sends what is little at once', () => {
  const { sent, messages } = stand();
  for (let index = 0; index < 10; index += 1) messages.put({ index });
  expect(sent).toHaveLength(10);
});

test('sends much in its order, and never more in a second than the service takes', () => {
  const { sent, messages } = stand();
  for (let index = 0; index < 100; index += 1) messages.put({ index });
  vi.advanceTimersByTime(1_000);
  messages.put({ index: 100 });
  vi.advanceTimersByTime(3_000);
  expect(sent.map(({ index }) => index)).toEqual(Array.from({ length: 101 }, (_, index) => index));
  const most = limits.maxMessagesPerConnectionSecond;
  const spansMs = sent.slice(most).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0));
  expect(Math.min(...spansMs)).toBeGreaterThan(1_100);
});

test('sends at once again after a rest, and nothing any more once it is stopped', () => {
  const { sent, messages } = stand();
  for (let index = 0; index < 20; index += 1) messages.put({ index });
  vi.advanceTimersByTime(10_000);
  for (let index = 20; index < 35; index += 1) messages.put({ index });
  expect(sent).toHaveLength(30);
  messages.stop();
  vi.advanceTimersByTime(10_000);
  expect(sent).toHaveLength(30);
});
