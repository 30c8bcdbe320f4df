import { describe, expect, it } from 'vitest';
import { drawWires } from '../../../bin/architecture/draw-wires.ts';
import { readWires, type Template } from '../../../bin/architecture/read-wires.ts';

const functionOf = (name: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { FunctionName: `acme-dev-${name}`, Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] } },
});
const policyOf = (name: string, ...Statement: object[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { Roles: [{ Ref: `${name}Role` }], PolicyDocument: { Statement } },
});
const queueOf = (name: string, dead?: string) => ({
  Type: 'AWS::SQS::Queue',
  Properties: {
    QueueName: `acme-dev-${name}`,
    ...(dead && { RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [dead, 'Arn'] } } }),
  },
});
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

const template: Template = {
  Resources: {
    submitRole: { Type: 'AWS::IAM::Role' },
    workRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [{ PolicyDocument: { Statement: [{ Action: 'sqs:SendMessage', Resource: arnOf('hooks') }] } }],
      },
    },
    submit: functionOf('submit'),
    work: functionOf('work'),
    submitPolicy: policyOf(
      'submit',
      { Action: ['dynamodb:PutItem', 'dynamodb:Query'], Resource: arnOf('table') },
      { Action: 'sqs:SendMessage', Resource: [arnOf('jobs'), arnOf('more')] },
    ),
    workPolicy: policyOf('work', { Action: 's3:ListBucket', Resource: '*' }),
    method: { Type: 'AWS::ApiGateway::Method', Properties: { HttpMethod: 'POST', Integration: arnOf('submit') } },
    preflight: { Type: 'AWS::ApiGateway::Method', Properties: { HttpMethod: 'OPTIONS' } },
    table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: { GlobalSecondaryIndexes: [{ IndexName: 'due' }] },
    },
    jobs: queueOf('jobs', 'dead'),
    dead: queueOf('jobs-dead'),
    more: queueOf('more.fifo'),
    hooks: queueOf('_hooks'),
    source: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: arnOf('jobs'), FunctionName: { Ref: 'work' } },
    },
  },
};

describe('readWires()', () => {
  const nested: Template = { Resources: { alarm: { Type: 'AWS::CloudWatch::Alarm' } } };
  const wires = readWires([template, nested], 'acme-dev');

  it('finds who calls a function and what it may do', () => {
    expect(wires.functions).toEqual([
      { name: 'submit', callers: ['rest'], uses: ['table', 'jobs'] },
      { name: 'work', callers: ['queue jobs'], uses: ['deliveries'] },
    ]);
    expect(wires.rest.operations).toBe(1);
  });

  it('finds queues with their dead letters, and what nested stacks hold', () => {
    expect(wires.queues).toEqual([
      { name: 'jobs', ordered: false, deadLetters: 'jobs-dead' },
      { name: 'more.fifo', ordered: true, deadLetters: undefined },
      { name: '_hooks', ordered: false, deadLetters: undefined },
    ]);
    expect(wires.has).toEqual({ alarms: true, dashboard: false, consoleSite: false, firewall: false });
  });

  it('names all of it in the picture, shortened where it must be', () => {
    const [first, ...others] = wires.functions;
    const long = { name: 'run-a-type-whose-name-is-as-long-as-it-may-be', callers: first?.callers ?? [], uses: [] };
    const picture = drawWires({ ...wires, functions: [long, ...others] });
    for (const name of ['work', 'jobs-dead', 'hooks', 'a-type-whose']) expect(picture).toContain(name);
    expect(picture).toContain('…');
    expect(picture).not.toContain('may-be');
  });
});
