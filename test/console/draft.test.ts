import { describe, expect, test } from 'vitest';
import { draftOf, emptyDraft, readDraft } from '../../console/model/draft.ts';
import { formOf, type Schema } from '../../console/model/schema-form.ts';
import type { Json } from '../../protocol/types.ts';

const form = formOf({
  type: 'object',
  properties: {
    title: { type: 'string', minLength: 1 },
    steps: { type: 'integer' },
    share: { type: 'number' },
    isLoud: { type: 'boolean' },
    mode: { type: 'string', enum: ['fast', 'slow'] },
    urls: { type: 'array', items: { type: 'string' } },
    size: { type: 'object', properties: { width: { type: 'integer' } }, required: ['width'] },
    extra: {},
  },
  required: ['title', 'steps', 'urls'],
});

const full: Json = {
  title: 'A',
  steps: 3,
  share: 0.5,
  isLoud: false,
  mode: 'slow',
  urls: ['https://a', 'https://b'],
  size: { width: 7 },
  extra: { any: [null] },
};

const faultsOf = (draft: Parameters<typeof readDraft>[1]) => readDraft(form, draft, '/input').faults;

describe('readDraft()', () => {
  test('gives back what draftOf() was made of', () => {
    expect(readDraft(form, draftOf(form, full), '/input')).toEqual({ value: full, faults: [] });
  });

  test('leaves out what is optional and empty, groups included', () => {
    const draft = { ...(emptyDraft(form) as object), title: 'A', steps: '3', urls: ['https://a', ''] };
    expect(readDraft(form, draft, '/input')).toEqual({
      value: { title: 'A', steps: 3, urls: ['https://a'] },
      faults: [],
    });
  });

  test('points at every field that says nothing, as the server would', () => {
    expect(faultsOf(emptyDraft(form))).toEqual([
      { pointer: '/input/title', detail: 'Must be filled in' },
      { pointer: '/input/steps', detail: 'Must be filled in' },
    ]);
    const wrong = { ...(draftOf(form, full) as object), steps: '1.5', share: 'half', extra: '{', size: { width: 'x' } };
    expect(faultsOf(wrong)).toEqual([
      { pointer: '/input/steps', detail: 'Must be a whole number' },
      { pointer: '/input/share', detail: 'Must be a number' },
      { pointer: '/input/size/width', detail: 'Must be a number' },
      { pointer: '/input/extra', detail: 'Must be JSON: texts stand in "quotes"' },
    ]);
  });

  test('escapes names in pointers after RFC 6901', () => {
    const odd = formOf({ type: 'object', properties: { 'a/b~c': { type: 'integer' } }, required: ['a/b~c'] });
    expect(readDraft(odd, { 'a/b~c': 'x' }, '/input').faults).toMatchObject([{ pointer: '/input/a~1b~0c' }]);
  });

  test('reads a whole input of JSON where the schema draws no form', () => {
    const any = formOf({});
    expect(readDraft(any, '[1, 2]', '/input').value).toEqual([1, 2]);
    expect(readDraft(any, '', '/input').faults).toEqual([{ pointer: '/input', detail: 'Must be filled in' }]);
  });

  test('sends an empty text where it is required and may be empty', () => {
    const plain: Schema = { type: 'object', properties: { note: { type: 'string' } }, required: ['note'] };
    expect(readDraft(formOf(plain), { note: '' }, '/input')).toEqual({ value: { note: '' }, faults: [] });
  });
});
