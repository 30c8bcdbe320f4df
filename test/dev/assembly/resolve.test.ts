import { describe, expect, test } from 'vitest';
import { sampleAssembly } from '../sample-assembly.ts';

/** Fn::Sub of a text in which <name> stands for a variable: what it takes looks like a mistake to a linter. */
const sub = (text: string, own?: object) => {
  const template = text.replaceAll('<', '${').replaceAll('>', '}');
  return { 'Fn::Sub': own === undefined ? template : [template, own] };
};
const resources = {
  Table: { Type: 'AWS::DynamoDB::Table' },
  Queue: {
    Type: 'AWS::SQS::Queue',
    Properties: { QueueName: { 'Fn::Join': ['-', [{ Ref: 'AWS::StackName' }, 'q']] } },
  },
  Bucket: { Type: 'AWS::S3::Bucket' },
  Function: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'sample-submit' } },
  Rest: { Type: 'AWS::ApiGateway::RestApi' },
  Live: { Type: 'AWS::ApiGatewayV2::Api' },
  Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { StageName: 'live' } },
  Secret: { Type: 'AWS::SecretsManager::Secret' },
  Skipped: { Type: 'AWS::SQS::Queue', Condition: 'IsNever' },
  Other: { Type: 'AWS::CloudWatch::Alarm' },
};
const template = {
  Parameters: { Version: { Type: 'String', Default: '21' } },
  Mappings: { Sizes: { small: { mb: 128 } } },
  Conditions: {
    IsAlways: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] },
    IsNever: { 'Fn::Not': [{ Condition: 'IsAlways' }] },
    IsBoth: { 'Fn::And': [{ Condition: 'IsAlways' }, { Condition: 'IsNever' }] },
    IsEither: { 'Fn::Or': [{ Condition: 'IsAlways' }, { Condition: 'IsNever' }] },
  },
  Outputs: {
    Url: { Value: sub('https://<Rest>.execute-api.<AWS::Region>.<AWS::URLSuffix>/v1') },
    Never: { Value: 'x', Condition: 'IsNever' },
  },
};
const assembly = sampleAssembly({ resources, template });

describe('resolve()', () => {
  const cases: [title: string, value: unknown, expected: unknown][] = [
    ['plain values as they are', { a: [1, 'b', null, true] }, { a: [1, 'b', null, true] }],
    ['Ref of a pseudo parameter', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['Ref of a parameter', { Ref: 'Version' }, '21'],
    ['Ref of a table', { Ref: 'Table' }, 'sample-Table'],
    ['Ref of a bucket', { Ref: 'Bucket' }, 'sample-bucket'],
    ['Ref of a function', { Ref: 'Function' }, 'sample-submit'],
    ['Ref of a stage', { Ref: 'Stage' }, 'live'],
    ['Ref of a queue as a local URL', { Ref: 'Queue' }, 'http://127.0.0.1:3/000000000000/sample-q'],
    ['Ref of a type without a rule', { Ref: 'Other' }, 'Other'],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:sample-q'],
    ['Fn::GetAtt with a dot', { 'Fn::GetAtt': 'Queue.QueueName' }, 'sample-q'],
    [
      'Fn::GetAtt of a function',
      { 'Fn::GetAtt': ['Function', 'Arn'] },
      'arn:aws:lambda:us-east-1:000000000000:function:sample-submit',
    ],
    [
      'a bucket address as a local path',
      { 'Fn::Join': ['', ['https://', { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] }]] },
      'http://127.0.0.1:4/sample-bucket',
    ],
    ['the WebSocket address', sub('wss://<Live>.execute-api.us-east-1.amazonaws.com/live'), 'ws://localhost:1/live'],
    [
      'the address of @connections',
      sub('https://<Live>.execute-api.us-east-1.amazonaws.com/live'),
      'http://127.0.0.1:2/live',
    ],
    [
      'a queue prefix',
      sub('https://sqs.<AWS::Region>.<AWS::URLSuffix>/<AWS::AccountId>/sample-'),
      'http://127.0.0.1:3/000000000000/sample-',
    ],
    [
      'the host of somebody else unchanged',
      'https://abc.execute-api.us-east-1.amazonaws.com/v1',
      'https://abc.execute-api.us-east-1.amazonaws.com/v1',
    ],
    [
      'Fn::Sub with own variables and a literal',
      sub('<a>-<Function.Arn>-<!b>', { a: { Ref: 'Version' } }),
      `21-arn:aws:lambda:us-east-1:000000000000:function:sample-submit-$\{b}`,
    ],
    ['Fn::Select of Fn::Split', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
    ['Fn::If', { 'Fn::If': ['IsAlways', { Ref: 'Version' }, 'no'] }, '21'],
    ['Fn::If otherwise', { 'Fn::If': ['IsNever', 'yes', 'no'] }, 'no'],
    ['Fn::If by Fn::And and Fn::Or', { 'Fn::If': ['IsBoth', 1, { 'Fn::If': ['IsEither', 2, 3] }] }, 2],
    [
      'AWS::NoValue as nothing',
      { a: 1, b: { Ref: 'AWS::NoValue' }, c: [{ Ref: 'AWS::NoValue' }, 2] },
      { a: 1, c: [2] },
    ],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', 'small', 'mb'] }, 128],
    ['Fn::Base64', { 'Fn::Base64': 'a' }, 'YQ=='],
    ['a member that only looks like an intrinsic', { Ref: 'Table', more: 1 }, { Ref: 'Table', more: 1 }],
  ];
  test.each(cases)('does %s', (_, value, expected) => {
    expect(assembly.resolve(value)).toEqual(expected);
  });

  test.each([
    [{ Ref: 'Missing' }, 'Cannot resolve Ref Missing'],
    [{ 'Fn::GetAtt': ['Queue', 'Colour'] }, 'Cannot resolve Fn::GetAtt Queue.Colour'],
    [{ 'Fn::GetAtt': ['Missing', 'Arn'] }, 'Cannot resolve Fn::GetAtt Missing.Arn'],
    [{ 'Fn::If': ['Missing', 1, 2] }, 'Cannot find the condition Missing'],
    [{ 'Fn::Select': [3, ['a']] }, 'index 3 is out of range'],
    [{ 'Fn::FindInMap': ['Sizes', 'small', 'gb'] }, 'Fn::FindInMap Sizes.small.gb'],
    [{ 'Fn::ImportValue': 'x' }, 'must stand alone'],
    [{ 'Fn::Join': 'x' }, 'it must be a list'],
  ])('refuses %j', (value, message) => {
    expect(() => assembly.resolve(value)).toThrow(message);
  });
});

describe('readAssembly()', () => {
  test('leaves out what has a condition that does not hold', () => {
    expect(Object.keys(assembly.resources)).not.toContain('Skipped');
    expect(assembly.outputs).toEqual({ Url: 'http://localhost:1/v1' });
  });

  test('finds the folder of an asset by its hash or its S3 key', () => {
    const withCode = sampleAssembly({ code: { abc: '' } });
    expect(withCode.assetDirectory('abc')).toMatch(/asset\.abc$/);
    expect(withCode.assetDirectory('abc.zip')).toBe(withCode.assetDirectory('abc'));
    expect(() => withCode.assetDirectory('def')).toThrow('Cannot find the asset def');
  });
});
