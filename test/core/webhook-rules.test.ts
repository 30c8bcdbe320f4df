import { randomBytes } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import {
  breakerId,
  deliveryId,
  deliveryIdPattern,
  endpointId,
  endpointIdPattern,
} from '../../lambdas/core/delivery-id.ts';
import { liveSecrets, rotateSecrets } from '../../lambdas/core/endpoint-record.ts';
import { openText, sealingKey, sealText } from '../../lambdas/core/sealed-text.ts';
import { endpointEvent } from '../../lambdas/core/webhook-event.ts';
import { wantsEvent } from '../../lambdas/core/webhook-filter.ts';
import { eventTypes } from '../../protocol/lifecycle.ts';

const ends = ['job.succeeded', 'job.failed', 'job.canceled', 'job.timed-out'];
const all = ['job.queued', 'job.running', 'job.retrying', ...ends];

test.each([
  ['nothing', undefined, ends],
  ['an empty list', [], ends],
  ['job.*', ['job.*'], all],
  ['two by name', ['job.running', 'job.failed'], ['job.running', 'job.failed']],
  ['one and all', ['job.failed', 'job.*'], all],
])('wantsEvent() of an endpoint that asks for %s', (_, events, wanted) => {
  const got = eventTypes.filter((event) => wantsEvent({ events }, { event, jobType: 'echo' }));
  expect(got.toSorted()).toEqual(wanted.toSorted());
});

test.each([
  [undefined, true],
  [[], true],
  [['echo'], true],
  [['other', 'echo'], true],
  [['other'], false],
])('wantsEvent() of an endpoint for the types %j says %s to a job of type echo', (types, expected) => {
  expect(wantsEvent({ types }, { event: 'job.failed', jobType: 'echo' })).toBe(expected);
});

describe('sealText()', () => {
  const key = sealingKey('a secret');
  const sealed = sealText('whsec_x', { key, place: 'endpoint a 1', iv: randomBytes(12) });

  it('is opened by openText() where it belongs', () => {
    expect(openText(sealed, { key, place: 'endpoint a 1' })).toBe('whsec_x');
    expect(sealed).not.toContain('whsec');
  });

  it.each([
    ['another place', { key, place: 'endpoint b 1' }, sealed],
    ['another key', { key: sealingKey('another'), place: 'endpoint a 1' }, sealed],
    ['a changed text', { key, place: 'endpoint a 1' }, `${sealed.slice(0, -8)}AAAAAAAA`],
    ['a text of no such form', { key, place: 'endpoint a 1' }, 'v2.AAAA'],
    ['an empty text', { key, place: 'endpoint a 1' }, ''],
  ])('is not opened with %s', (_, sealing, text) => {
    expect(() => openText(text, sealing)).toThrow();
  });
});

describe('rotateSecrets()', () => {
  const now = 1_000_000;

  it('lets the former secret sign until the overlap ends', () => {
    const secrets = rotateSecrets([{ sealed: 'a' }], 'b', { now, overlapMs: 500 });
    expect(secrets).toEqual([{ sealed: 'b' }, { sealed: 'a', untilMs: now + 500 }]);
    expect(liveSecrets(secrets, now + 499).map(({ sealed }) => sealed)).toEqual(['b', 'a']);
    expect(liveSecrets(secrets, now + 500).map(({ sealed }) => sealed)).toEqual(['b']);
  });

  it('ends every former secret at once without an overlap', () => {
    const twice = rotateSecrets([{ sealed: 'a' }], 'b', { now, overlapMs: 900 });
    expect(rotateSecrets(twice, 'c', { now, overlapMs: 0 })).toEqual([{ sealed: 'c' }]);
  });

  it('keeps no more than five', () => {
    let secrets = [{ sealed: '0' }];
    for (let n = 1; n < 9; n += 1) secrets = rotateSecrets(secrets, String(n), { now, overlapMs: 500 });
    expect(secrets.map(({ sealed }) => sealed)).toEqual(['8', '7', '6', '5', '4']);
  });
});

describe('deliveryId()', () => {
  const source = { group: `job_${'a'.repeat(26)}`, life: 1, seq: 35, endpoint: 'whk_1' };
  const id = deliveryId(source);

  it('is the same for the same, and has no dot, which would end it in a signed text', () => {
    expect(id).toMatch(deliveryIdPattern);
    expect(deliveryId({ ...source })).toBe(id);
    expect(id).not.toContain('.');
  });

  it.each([
    ['event', { seq: 36 }],
    ['life of the job', { life: 2 }],
    ['endpoint', { endpoint: 'whk_2' }],
    ['job', { group: `job_${'b'.repeat(26)}` }],
  ])('is another for another %s', (_, change) => {
    expect(deliveryId({ ...source, ...change })).not.toBe(id);
  });

  it('sorts by the place in the log', () => {
    const ids = [1, 9, 10, 35, 36, 1_295, 1_296, 2_000_000].map((seq) => deliveryId({ ...source, seq }));
    expect(ids.toSorted()).toEqual(ids);
  });
});

test('endpointId() has its form', () => {
  expect(endpointId(randomBytes(17))).toMatch(endpointIdPattern);
});

test('breakerId() is the endpoint, or the origin that a tenant has webhooks of jobs sent to', () => {
  const job = { tenant: 'a', endpoint: 'job_1', url: 'https://example.com/a?b' };
  expect(breakerId({ tenant: 'a', endpoint: 'whk_1' })).toBe('whk_1');
  expect(breakerId({ ...job, endpoint: 'job_2', url: 'https://example.com/c' })).toBe(breakerId(job));
  expect(breakerId({ ...job, url: 'https://example.org/a' })).not.toBe(breakerId(job));
  expect(breakerId({ ...job, tenant: 'b' })).not.toBe(breakerId(job));
});

test('endpointEvent() belongs to no job, and is the same for the same cause', () => {
  const news = { type: 'webhook.test' as const, endpoint: 'whk_1', cause: 'c', nowMs: 0, data: {} };
  expect(endpointEvent(news)).toMatchObject({ job: null, seq: 0, prevSeq: 0, type: 'webhook.test', endpoint: 'whk_1' });
  expect(endpointEvent({ ...news, nowMs: 9 }).id).toBe(endpointEvent(news).id);
  expect(endpointEvent({ ...news, cause: 'd' }).id).not.toBe(endpointEvent(news).id);
});
