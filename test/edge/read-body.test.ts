import { describe, expect, test } from 'vitest';
import { type RawBody, readJsonBody } from '../../lambdas/edge/read-body.ts';
import { ApiError } from '../../protocol/errors.ts';
import { limits } from '../../protocol/limits.ts';

const json = { 'content-type': 'application/json' };
const body = (text: string | null, headers: Record<string, string> = json): RawBody => ({
  text,
  isBase64: false,
  headers,
});
const bytes = (...values: number[]): RawBody => ({
  text: Buffer.from(values).toString('base64'),
  isBase64: true,
  headers: json,
});

function codeOf(raw: RawBody, options?: Parameters<typeof readJsonBody>[1]): string {
  try {
    readJsonBody(raw, options);
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
  return 'taken';
}

describe('readJsonBody()', () => {
  test.each([
    'application/json',
    'Application/JSON; charset=UTF-8',
    'application/json;charset="utf-8"',
    'application/merge-patch+json',
  ])('takes %s', (type) => {
    expect(readJsonBody(body('{"a":1}', { 'content-type': type }))).toEqual({ a: 1 });
  });

  test.each<[string, RawBody, string]>([
    ['text/plain', body('{}', { 'content-type': 'text/plain' }), 'unsupported-media-type'],
    ['application/jsonx', body('{}', { 'content-type': 'application/jsonx' }), 'unsupported-media-type'],
    ['no type', body('{}', {}), 'unsupported-media-type'],
    ['an empty type', body('{}', { 'content-type': '' }), 'unsupported-media-type'],
    ['another charset', body('{}', { 'content-type': 'application/json; charset=latin1' }), 'unsupported-media-type'],
    ['a compressed body', body('{}', { ...json, 'content-encoding': 'gzip' }), 'unsupported-media-type'],
    ['no body', body(null), 'malformed-json'],
    ['an empty body', body(''), 'malformed-json'],
    ['bytes that are no UTF-8', bytes(0x22, 0xff, 0x22), 'malformed-json'],
    ['half a surrogate as bytes', bytes(0x22, 0xed, 0xa0, 0x80, 0x22), 'malformed-json'],
    ['UTF-16', bytes(0xff, 0xfe, 0x31, 0x00), 'malformed-json'],
    ['a byte too many', body(`"${'a'.repeat(limits.maxBodyBytes - 1)}"`), 'payload-too-large'],
    ['characters of many bytes', body(`"${'\u4e2d'.repeat(90_000)}"`), 'payload-too-large'],
  ])('refuses %s', (_, raw, code) => {
    expect(codeOf(raw)).toBe(code);
  });

  test('takes a body of exactly its bound, as text or as base64', () => {
    const text = `"${'a'.repeat(limits.maxBodyBytes - 2)}"`;
    expect(codeOf(body(text))).toBe('taken');
    expect(codeOf({ ...body(Buffer.from(text).toString('base64')), isBase64: true })).toBe('taken');
    expect(codeOf(body(`${text} `), { maxBytes: limits.maxBatchBytes })).toBe('taken');
  });

  test('passes over a byte order mark', () => {
    expect(readJsonBody(bytes(0xef, 0xbb, 0xbf, 0x31))).toBe(1);
  });

  test('lets a body be left out where that has a meaning', () => {
    expect(readJsonBody(body(null, {}), { ifEmpty: {} })).toEqual({});
  });
});
