import { describe, expect, test } from 'vitest';
import { newTraceparent, readTraceparent, traceFieldsOf, traceparentOf } from '../../lambdas/core/trace-context.ts';

const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const root = 'Root=1-0af76519-16cd43dd8448eb211c80319c';

describe('readTraceparent()', () => {
  test.each<[string | undefined, string | undefined]>([
    [good, good],
    [` ${good} `, good],
    [good.replace('-01', '-00'), good.replace('-01', '-00')],
    [good.replace('00-', 'cc-'), good],
    [`${good.replace('00-', 'cc-')}-more`, good],
    [good.replace('00-', 'cc-').replace('-01', '-fe'), good.replace('-01', '-00')],
    [`${good}-more`, undefined],
    [good.replace('00-', 'ff-'), undefined],
    [good.toUpperCase(), undefined],
    [good.replace(/-[0-9a-f]{32}-/, `-${'0'.repeat(32)}-`), undefined],
    [good.replace(/-[0-9a-f]{16}-/, `-${'0'.repeat(16)}-`), undefined],
    [`${good.replace('00-', 'cc-')}-${'x'.repeat(300)}`, good],
    [`${good.replace('00-', 'cc-')}more`, undefined],
    [`${good}, ${good}`, undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %j is %j', (header, traceparent) => {
    expect(readTraceparent(header)).toBe(traceparent);
  });
});

describe('newTraceparent()', () => {
  test.each<[string, string | undefined, RegExp]>([
    ["API Gateway's own trace", root, /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/],
    [
      'one that X-Ray samples',
      `${root};Parent=b7ad6b7169203331;Sampled=1`,
      /^00-0af7651916cd43dd8448eb211c80319c-.*-01$/,
    ],
    ['one that X-Ray leaves out', `${root};Parent=b7ad6b7169203331;Sampled=0`, /-00$/],
    [
      'one behind a load balancer',
      `Self=1-67891234-12456789abcdef012345678;${root}`,
      /^00-0af7651916cd43dd8448eb211c80319c-/,
    ],
    ['no trace', undefined, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/],
    ['what is none', 'Root=1-0-0;Sampled=1', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/],
  ])('follows %s', (_, amznTraceId, expected) => {
    const made = newTraceparent(amznTraceId);
    expect(made).toMatch(expected);
    expect(readTraceparent(made)).toBe(made);
  });

  test('is another one each time where there is nothing to follow', () => {
    const ids = new Set(Array.from({ length: 100 }, () => traceFieldsOf(newTraceparent()).traceId));
    expect(ids.size).toBe(100);
  });
});

test('traceparentOf() takes what the client names before what the gateway does', () => {
  expect(traceparentOf({ traceparent: good, 'x-amzn-trace-id': 'Root=1-00000001-000000000000000000000002' })).toBe(
    good,
  );
  expect(traceFieldsOf(traceparentOf({ traceparent: 'x', 'x-amzn-trace-id': root }))).toEqual({
    traceId: '0af7651916cd43dd8448eb211c80319c',
  });
});

test('traceFieldsOf() a job of before every job had a trace has none', () => {
  expect(traceFieldsOf(undefined)).toEqual({});
});
