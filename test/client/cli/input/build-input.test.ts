import { expect, test } from 'vitest';
import { buildInput, type InputPart, readField } from '../../../../client/cli/input/build-input.ts';
import type { Json } from '../../../../protocol/types.ts';

const type = {
  name: 'report',
  input: {
    type: 'object',
    properties: {
      steps: { type: 'integer' },
      urls: { type: 'array', items: { type: 'string' } },
      'dotted.name': { type: 'string' },
      filter: { type: 'object', properties: { since: { type: 'integer' } }, additionalProperties: false },
      free: { type: 'object' },
    },
    additionalProperties: false,
  },
};
const open = { name: 'open', input: { type: 'object' } };
const whole = (value: Json, from = '--input'): InputPart => ({ kind: 'whole', value, from });
const field = (word: string): InputPart => ({ kind: 'field', ...(readField(word) ?? { name: '', text: '' }) });

test.each<[InputPart[], Json]>([
  [[], {}],
  [[whole([1, 2])], [1, 2]],
  [[field('steps=5')], { steps: 5 }],
  [[field('steps=5'), whole({ steps: 1, urls: [] })], { steps: 5, urls: [] }],
  [[field('urls=a'), field('urls=b')], { urls: ['a', 'b'] }],
  [[field('dotted.name=a=b')], { 'dotted.name': 'a=b' }],
  [[field('filter.since=2026')], { filter: { since: 2026 } }],
  [[whole({ filter: { until: 1 } }), field('filter.since=2')], { filter: { until: 1, since: 2 } }],
  [[field('free.any.thing=true')], { free: { any: { thing: true } } }],
])('buildInput() of %j is %j', (parts, expected) => {
  expect(buildInput(parts, type)).toEqual(expected);
});

test.each<[InputPart[], string]>([
  [[whole({}, 'a.json'), whole({}, 'b.json')], 'Cannot take the input from both a.json and b.json: it must be one'],
  [[whole([1], 'a.json'), field('steps=1')], 'Cannot set steps in the input of a.json: it must be a JSON object'],
  [[field('step=1')], 'Cannot set step: report takes steps, urls, dotted.name, filter, free; did you mean "steps"?'],
  [[field('filter.sinse=1')], 'Cannot set filter.sinse: report takes since'],
  [
    [whole({ filter: 1 }), field('filter.since=1')],
    'Cannot set filter.since: filter is given already, and is no object',
  ],
])('buildInput() refuses %j', (parts, message) => {
  expect(() => buildInput(parts, type)).toThrow(message);
});

test('buildInput() takes a key like any other where it could reach a prototype', () => {
  const input = buildInput([field('__proto__=1'), field('constructor.prototype.x=2')], open);
  expect(JSON.stringify(input)).toBe('{"__proto__":1,"constructor":{"prototype":{"x":2}}}');
  expect(({} as { x?: number }).x).toBeUndefined();
});

test.each<[string, object | undefined]>([
  ['a=1', { name: 'a', text: '1' }],
  ['a=', { name: 'a', text: '' }],
  ['a=b=c', { name: 'a', text: 'b=c' }],
  ['a=two\nlines', { name: 'a', text: 'two\nlines' }],
  ['=1', undefined],
  ['a', undefined],
  ['{"a"=1}', undefined],
])('readField() reads %j as %j', (word, expected) => {
  expect(readField(word)).toEqual(expected);
});
