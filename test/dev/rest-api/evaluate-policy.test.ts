import { describe, expect, test } from 'vitest';
import { evaluatePolicy, parsePolicy } from '../../../dev/rest-api/evaluate-policy.ts';

const arn = 'arn:aws:execute-api:us-east-1:000000000000:abc/v1/GET/jobs/job_1';
const allow = (Resource: unknown, Action: unknown = 'execute-api:Invoke') => ({ Effect: 'Allow', Action, Resource });
const deny = (Resource: unknown) => ({ Effect: 'Deny', Action: 'execute-api:Invoke', Resource });

describe('evaluatePolicy()', () => {
  const cases: [name: string, statement: unknown, decision: string][] = [
    ['the very ARN', allow(arn), 'allow'],
    ['a star', allow('*'), 'allow'],
    ['a star for the rest', allow('arn:aws:execute-api:us-east-1:000000000000:abc/v1/*'), 'allow'],
    ['stars within', allow('arn:aws:execute-api:*:*:abc/*/GET/jobs/*'), 'allow'],
    ['question marks', allow('arn:aws:execute-api:us-east-1:000000000000:abc/v?/GET/jobs/job_?'), 'allow'],
    ['a list of resources', allow(['arn:other', arn]), 'allow'],
    ['a statement alone, as an object', allow(arn), 'allow'],
    ['a wildcard action', allow(arn, ['s3:*', 'execute-api:*']), 'allow'],
    ['another action', allow(arn, 'execute-api:ManageConnections'), 'deny'],
    ['another method', allow('arn:aws:execute-api:us-east-1:000000000000:abc/v1/POST/*'), 'deny'],
    ['a longer ARN', allow(`${arn}/events`), 'deny'],
    ['a shorter ARN', allow(arn.slice(0, -1)), 'deny'],
    ['a deny beside an allow', [allow('*'), deny(arn)], 'explicit-deny'],
    ['a deny of something else', [allow('*'), deny('arn:other')], 'allow'],
  ];
  test.each(cases)('of %s is %3$s', (_, Statement, decision) => {
    expect(evaluatePolicy(parsePolicy({ Version: '2012-10-17', Statement }) ?? [], arn)).toBe(decision);
  });

  test('takes no time for a pattern made to take long', () => {
    const Statement = allow(`${'*a'.repeat(2000)}b`);
    expect(evaluatePolicy(parsePolicy({ Statement }) ?? [], 'a'.repeat(4000))).toBe('deny');
  });
});

describe('parsePolicy()', () => {
  const wrong: unknown[] = [
    undefined,
    null,
    'Allow',
    {},
    { Statement: [] },
    { Statement: [null] },
    { Statement: { Effect: 'allow', Action: '*', Resource: '*' } },
    { Statement: { Effect: 'Allow', Action: '*' } },
    { Statement: { Effect: 'Allow', Action: '*', Resource: [] } },
    { Statement: { Effect: 'Allow', NotAction: 'x', Action: '*', Resource: '*' } },
    { Statement: { ...allow('*'), Condition: { Bool: { 'aws:SecureTransport': 'true' } } } },
    { Statement: [allow('*'), {}] },
  ];
  test.each(wrong)('refuses %j', (document) => {
    expect(parsePolicy(document)).toBeUndefined();
  });
});
