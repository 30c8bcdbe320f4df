import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { paceMessages } from '../../../client/channels/pace-messages.ts';
import { limits } from '../../../protocol/limits.ts';
import type { ClientMessage } from '../../../protocol/socket-messages.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const subscribe = (index: number) => ({ type: 'subscribe', id: `${index}`, job: `job_${index}` }) as const;
const unsubscribe = (index: number) => ({ type: 'unsubscribe', id: `${index}` }) as const;
const ping = { type: 'ping' } as const;

function stand() {
  const sent: { message: ClientMessage; atMs: number }[] = [];
  const messages = paceMessages((message) => sent.push({ message, atMs: Date.now() }));
  return { sent, messages };
}

test('sends what is little at once', () => {
  const { sent, messages } = stand();
  for (let index = 0; index < 10; index += 1) messages.put(subscribe(index));
  expect(sent).toHaveLength(10);
});

test('sends much in its order, and never more in a second than the service takes', () => {
  const { sent, messages } = stand();
  for (let index = 0; index < 100; index += 1) messages.put(subscribe(index));
  vi.advanceTimersByTime(1_000);
  messages.put(subscribe(100));
  vi.advanceTimersByTime(3_000);
  expect(sent.map(({ message }) => message)).toEqual(Array.from({ length: 101 }, (_, index) => subscribe(index)));
  const most = limits.maxMessagesPerConnectionSecond;
  const spansMs = sent.slice(most).map(({ atMs }, index) => atMs - (sent[index]?.atMs ?? 0));
  expect(Math.min(...spansMs)).toBeGreaterThan(1_100);
});

test('sends at once again after a rest, and nothing any more once it is stopped', () => {
  const { sent, messages } = stand();
  for (let index = 0; index < 20; index += 1) messages.put(subscribe(index));
  vi.advanceTimersByTime(10_000);
  for (let index = 20; index < 35; index += 1) messages.put(subscribe(index));
  expect(sent).toHaveLength(30);
  messages.stop();
  vi.advanceTimersByTime(10_000);
  expect(sent).toHaveLength(30);
});

test('sends subscribe and ping before the unsubscribes that wait, and these in their order', () => {
  const { sent, messages } = stand();
  for (let index = 0; index < 100; index += 1) messages.put(unsubscribe(index));
  expect(messages.leaving()).toBe(90);
  for (const message of [subscribe(100), ping, subscribe(101)]) messages.put(message);
  vi.advanceTimersByTime(90);
  expect(sent.slice(10).map(({ message }) => message)).toEqual([subscribe(100), ping, subscribe(101)]);
  vi.advanceTimersByTime(3_000);
  expect(sent.slice(13).map(({ message }) => message)).toEqual(
    Array.from({ length: 90 }, (_, index) => unsubscribe(index + 10)),
  );
  expect(messages.leaving()).toBe(0);
});

test('sends neither of a subscribe that waits and its unsubscribe', () => {
  const { sent, messages } = stand();
  for (let index = 0; index < 12; index += 1) messages.put(subscribe(index));
  messages.put(unsubscribe(9));
  messages.put(unsubscribe(10));
  vi.advanceTimersByTime(1_000);
  expect(sent.slice(9).map(({ message }) => message)).toEqual([subscribe(9), subscribe(11), unsubscribe(9)]);
});
