import { expect, it } from 'vitest';
import { chooseMediaType } from '../../lambdas/core/accept.ts';

const offered = ['application/json', 'text/event-stream'] as const;

it.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['text/event-stream', 'text/event-stream'],
  ['TEXT/Event-Stream', 'text/event-stream'],
  ['text/*', 'text/event-stream'],
  ['application/*;q=0.2, text/*;q=0.3', 'text/event-stream'],
  ['text/event-stream;q=0.1, */*', 'application/json'],
  ['application/json;q=0, */*;q=0.1', 'text/event-stream'],
  ['text/event-stream; charset=utf-8', 'text/event-stream'],
  ['image/png', undefined],
  ['*/*;q=0', undefined],
  ['application/json;q=many', undefined],
  ['nonsense', undefined],
  [',,;', undefined],
])('chooseMediaType() for Accept: %s gives %s', (accept, chosen) => {
  expect(chooseMediaType(accept, offered)).toBe(chosen);
});
