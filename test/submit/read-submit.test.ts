import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../lambdas/define-job.ts';
import { readSubmit } from '../../lambdas/submit/read-submit.ts';
import { ApiError } from '../../protocol/errors.ts';
import type { JobType, Json } from '../../protocol/types.ts';

const schema = {
  type: 'object',
  properties: { n: { type: 'integer', minimum: 1 } },
  required: ['n'],
  additionalProperties: false,
};
const typeOf = (name: string, ordered: boolean): JobType => ({
  name,
  description: 'A type for tests',
  ordered,
  limits: defaultLimits,
  input: schema,
  output: {},
});
const types = { plain: typeOf('plain', false), ordered: typeOf('ordered', true) };
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
const validators = { plain: validate, ordered: validate };

const good = { type: 'plain', input: { n: 1 } };
const read = (value: Json, pointer?: string) => readSubmit(value, { types, validators, ...(pointer && { pointer }) });

function refusal(value: Json, pointer?: string): ApiError {
  try {
    read(value, pointer);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

const placesOf = (error: ApiError) => error.errors?.map((fault) => ('pointer' in fault ? fault.pointer : ''));

describe('readSubmit()', () => {
  test.each<[string, Json]>([
    ['type and input alone', good],
    [
      'every field',
      { ...good, delaySeconds: 900, deadlineSeconds: 604_800, metadata: { a: '' }, idempotencyKey: 'k\u00e4' },
    ],
    ['an order key', { type: 'ordered', input: { n: 1 }, orderKey: 'k'.repeat(255), delaySeconds: 0 }],
  ])('takes %s, as it is', (_, value) => {
    expect(read(value)).toEqual(value);
  });

  test.each<[string, Json, string[]]>([
    ['nothing', {}, ['/type', '/input']],
    ['no object', [], ['', '/type', '/input']],
    ['a null type', { ...good, type: null }, ['/type']],
    ['an empty type', { ...good, type: '' }, ['/type']],
    ['an unknown field', { ...good, delay: 5 }, ['/delay']],
    ['a delay beyond', { ...good, delaySeconds: 901 }, ['/delaySeconds']],
    ['a deadline of nothing', { ...good, deadlineSeconds: 0 }, ['/deadlineSeconds']],
    ['an order key without an order', { ...good, orderKey: 'k' }, ['/orderKey']],
    ['a delay in an order', { type: 'ordered', input: { n: 1 }, delaySeconds: 1 }, ['/delaySeconds']],
    ['metadata that are a list', { ...good, metadata: ['a'] }, ['/metadata']],
    ['metadata of other things', { ...good, metadata: { a: 1, 'b/c': null } }, ['/metadata/a', '/metadata/b~1c']],
    ['metadata with a long name', { ...good, metadata: { ['k'.repeat(65)]: '' } }, [`/metadata/${'k'.repeat(65)}`]],
    ['metadata with half a character', { ...good, metadata: { a: '\ud800' } }, ['/metadata/a']],
    [
      'too many metadata',
      { ...good, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`k${n}`, ''])) },
      ['/metadata'],
    ],
    ['a key with control characters', { ...good, idempotencyKey: 'a\u0000' }, ['/idempotencyKey']],
    ['a webhook that is a text', { ...good, webhook: 'https://example.com' }, ['/webhook', '/webhook/url']],
    ['a webhook without a URL', { ...good, webhook: { events: ['job.*'] } }, ['/webhook/url']],
    ['a webhook over plain http', { ...good, webhook: { url: 'http://example.com' } }, ['/webhook/url']],
    ['a webhook at a private address', { ...good, webhook: { url: 'https://10.0.0.1/' } }, ['/webhook/url']],
    [
      'a webhook for what is never sent, and with a field too many',
      { ...good, webhook: { url: 'https://example.com', events: ['job.succeeded', 'job.progress'], secret: 'x' } },
      ['/webhook/events/1', '/webhook/secret'],
    ],
    [
      'faults of the body and of the input at once',
      { type: 'plain', input: { n: 0, m: 1 }, delaySeconds: -1 },
      ['/input/n', '/input/m', '/delaySeconds'],
    ],
  ])('refuses %s', (_, value, places) => {
    const error = refusal(value);
    expect(error.code).toBe('invalid-input');
    expect(placesOf(error)?.toSorted()).toEqual(places.toSorted());
  });

  test('takes a webhook as it is, to this machine only where that is allowed', () => {
    const webhook = { url: 'http://localhost:3000/hook', events: ['job.*', 'job.failed'] };
    const submit = { ...good, webhook };
    expect(placesOf(refusal(submit))).toEqual(['/webhook/url']);
    expect(readSubmit(submit, { types, validators, allowLoopback: true }).webhook).toEqual(webhook);
  });

  test('points from where the submit stands', () => {
    expect(placesOf(refusal({ type: 'plain', input: {} }, '/jobs/3'))).toEqual(['/jobs/3/input/n']);
  });

  test('a prototype is no field', () => {
    const value = JSON.parse('{"type":"plain","input":{"n":1},"metadata":{"__proto__":"x"}}');
    expect(placesOf(refusal(value))).toEqual(['/metadata/__proto__']);
  });

  test.each(['nope', 'constructor', '__proto__', 'toString', 'PLAIN'])(
    'knows no type %s, and names those that it knows',
    (type) => {
      const error = refusal({ ...good, type });
      expect(error.code).toBe('unknown-type');
      expect(error.message).toContain('plain, ordered');
    },
  );
});
