import { describe, expect, it } from 'vitest';
import { limits } from '../../protocol/limits.ts';
import { parseClientMessage, subscriptionIdOf } from '../../protocol/socket-messages.ts';

describe('parseClientMessage()', () => {
  it.each([
    { type: 'subscribe', id: 'a', job: 'job_1' },
    { type: 'subscribe', id: 'a', job: 'job_1', after: 'anything: it earns a reset' },
    { type: 'subscribe', id: 'x'.repeat(limits.maxSubscriptionIdLength), job: 'job_1', after: null },
    { type: 'unsubscribe', id: 'a' },
    { type: 'submit', id: 'a', job: {} },
    { type: 'cancel', id: 'a', job: 'job_1' },
    { type: 'ping' },
    { type: 'ping', more: 'is passed over' },
  ])('takes %j', (message) => {
    expect(parseClientMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    ['', 'malformed-json', undefined],
    ['{', 'malformed-json', undefined],
    [`{"type":"ping","x":${'['.repeat(70)}${']'.repeat(70)}}`, 'malformed-json', undefined],
    ['null', 'invalid-message', undefined],
    ['[]', 'invalid-message', undefined],
    ['"ping"', 'invalid-message', undefined],
    ['{}', 'invalid-message', ['/type']],
    ['{"type":"toString"}', 'invalid-message', ['/type']],
    ['{"type":["ping"]}', 'invalid-message', ['/type']],
    ['{"type":"subscribe"}', 'invalid-message', ['/id', '/job']],
    ['{"type":"subscribe","id":"","job":7}', 'invalid-message', ['/id', '/job']],
    ['{"type":"unsubscribe","id":"__proto__"}', 'invalid-message', ['/id']],
    ['{"type":"unsubscribe","id":"\\ud800"}', 'invalid-message', ['/id']],
    ['{"type":"submit","id":"a","job":"echo"}', 'invalid-message', ['/job']],
    ['{"type":"submit","id":"a","job":[]}', 'invalid-message', ['/job']],
    [`{"type":"cancel","id":"a","job":"${'x'.repeat(limits.maxIdLength + 1)}"}`, 'invalid-message', ['/job']],
  ])('refuses %s as %s at %j', (text, code, pointers) => {
    const errors = pointers?.map((pointer) => expect.objectContaining({ pointer }));
    expect(() => parseClientMessage(text)).toThrow(expect.objectContaining({ code, ...(errors && { errors }) }));
  });
});

describe('subscriptionIdOf()', () => {
  it.each([
    ['{"id":"a"}', 'a'],
    ['{"id":7}', undefined],
    ['{"id":""}', undefined],
    [`{"id":"${'x'.repeat(limits.maxSubscriptionIdLength + 1)}"}`, undefined],
    ['null', undefined],
    ['{', undefined],
  ])('of %s is %s', (text, id) => {
    expect(subscriptionIdOf(text)).toBe(id);
  });
});
