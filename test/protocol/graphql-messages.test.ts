import { validateMessage } from 'graphql-ws';
import { expect, test } from 'vitest';
import { parseGraphqlMessage } from '../../protocol/graphql-messages.ts';

const good = [
  { type: 'connection_init' },
  { type: 'connection_init', payload: { a: 1 } },
  { type: 'ping' },
  { type: 'ping', payload: { a: [] } },
  { type: 'pong' },
  { type: 'subscribe', id: 'a', payload: { query: '{ __typename }' } },
  { type: 'subscribe', id: 'a', payload: { query: '', variables: {}, operationName: 'A', extensions: {} } },
  { type: 'complete', id: 'a' },
];

const bad = [
  null,
  [],
  'ping',
  {},
  { type: 'start' },
  { type: 'ping', payload: 'text' },
  { type: 'connection_init', payload: [] },
  { type: 'subscribe', id: '', payload: { query: 'a' } },
  { type: 'subscribe', id: 1, payload: { query: 'a' } },
  { type: 'subscribe', id: 'a' },
  { type: 'subscribe', id: 'a', payload: [] },
  { type: 'complete' },
];

test.each(good)('parseGraphqlMessage() takes %j, as graphql-ws does', (message) => {
  expect(() => validateMessage(message)).not.toThrow();
  expect(parseGraphqlMessage(JSON.stringify(message))?.type).toBe(message.type);
});

test.each(bad)('parseGraphqlMessage() takes no %j, nor does graphql-ws', (message) => {
  expect(() => validateMessage(message)).toThrow();
  expect(parseGraphqlMessage(JSON.stringify(message))).toBeUndefined();
});

test.each([
  '',
  '{',
  '{"type":"ping"',
  'x'.repeat(1_000),
  `{"type":"subscribe","id":"a","payload":{"query":"a","variables":${'['.repeat(6_000)}${']'.repeat(6_000)}}}`,
  '{"type":"subscribe","id":"a","payload":{"query":"a","variables":{"a":1e999}}}',
])('parseGraphqlMessage() refuses what REST would refuse as a body: %.60s', (text) => {
  expect(() => parseGraphqlMessage(text)).toThrow(expect.objectContaining({ code: 'malformed-json' }));
});

test('parseGraphqlMessage() takes no id that no map or table can hold, or that is too long to be kept', () => {
  for (const id of ['__proto__', 'x'.repeat(129), '\ud800'])
    for (const message of [
      { type: 'complete', id },
      { type: 'subscribe', id, payload: {} },
    ])
      expect(parseGraphqlMessage(JSON.stringify(message))).toBeUndefined();
});
