import { describe, expect, test } from 'vitest';
import { type Operation, routes } from '../../protocol/routes.ts';
import { type Resource, resourcesOf, type Sample, sampleOf, synthesizeSample } from './sample-stack.ts';

interface Statement {
  Effect: 'Allow' | 'Deny';
  Action: string | string[];
  Resource?: unknown;
  Principal?: Record<string, unknown> | string;
  Condition?: Record<string, Record<string, unknown>>;
}

const samples: Record<string, Sample> = {
  dev: sampleOf('dev'),
  prod: sampleOf('prod'),
  'prod with a key of its own': synthesizeSample('prod', { context: { customerKey: 'on' } }),
  'prod in a VPC': synthesizeSample('prod', { context: { subnets: 'subnet-01234567', securityGroups: 'sg-01234567' } }),
};

/** The resources of a type of the whole stack, those of the alarms and of the console within it included. */
function allOf({ template, alarms, console }: Sample, type: string): [string, Resource][] {
  return [template, alarms, console].flatMap((part) => (part ? resourcesOf(part, type) : []));
}

/** Every statement of every policy that stands on a resource: who may do what to it. */
function resourcePolicies(sample: Sample): { on: string; statement: Statement }[] {
  const documents: [string, string][] = [
    ['AWS::S3::BucketPolicy', 'PolicyDocument'],
    ['AWS::SQS::QueuePolicy', 'PolicyDocument'],
    ['AWS::SNS::TopicPolicy', 'PolicyDocument'],
    ['AWS::KMS::Key', 'KeyPolicy'],
    ['AWS::ApiGateway::RestApi', 'Policy'],
    ['AWS::SecretsManager::ResourcePolicy', 'ResourcePolicy'],
  ];
  return documents.flatMap(([type, property]) =>
    allOf(sample, type).flatMap(([id, { Properties }]) => {
      const { Statement: statements = [] } = (Properties[property] ?? {}) as { Statement?: Statement[] };
      return statements.map((statement) => ({ on: id, statement }));
    }),
  );
}

describe.each(Object.entries(samples))('%s', (_, sample) => {
  test('no policy on a resource allows anybody what it does not bind to a service, a source or this account', () => {
    for (const { on, statement } of resourcePolicies(sample)) {
      if (statement.Effect === 'Deny') continue;
      const principal = JSON.stringify(statement.Principal);
      expect({ on, principal }).not.toMatchObject({ principal: expect.stringMatching(/^"\*"|"AWS":"\*"/) });
      if (principal.includes('"Service"'))
        expect({ on, bound: Boolean(statement.Condition) }).toEqual({ on, bound: true });
    }
  });

  test('functions are called by these APIs, rules and queues alone, and have no address of their own', () => {
    expect(allOf(sample, 'AWS::Lambda::Url')).toEqual([]);
    for (const [id, { Properties }] of allOf(sample, 'AWS::Lambda::Permission')) {
      expect(Properties.Principal).toMatch(/^(apigateway|events)\.amazonaws\.com$/);
      expect({ id, source: Boolean(Properties.SourceArn) }).toEqual({ id, source: true });
    }
  });

  test('every bucket blocks public access, is encrypted and refuses what does not come over TLS', () => {
    const buckets = allOf(sample, 'AWS::S3::Bucket');
    const policies = allOf(sample, 'AWS::S3::BucketPolicy');
    expect(buckets.length).toBeGreaterThan(0);
    for (const [id, { Properties }] of buckets) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(Properties.BucketEncryption).toBeDefined();
      const policy = policies.find(([, { Properties: own }]) => JSON.stringify(own.Bucket) === `{"Ref":"${id}"}`);
      expect(JSON.stringify(policy?.[1].Properties)).toContain(
        '{"Bool":{"aws:SecureTransport":"false"}},"Effect":"Deny"',
      );
    }
  });

  test('every queue is encrypted and has a dead-letter queue of its kind, but for these themselves', () => {
    const queues = allOf(sample, 'AWS::SQS::Queue');
    const dead = new Map<string, boolean>();
    for (const [, { Properties }] of queues) {
      expect(Properties.SqsManagedSseEnabled === true || Properties.KmsMasterKeyId !== undefined).toBe(true);
      const { deadLetterTargetArn } = (Properties.RedrivePolicy ?? {}) as { deadLetterTargetArn?: object };
      const [id] = Object.values(deadLetterTargetArn ?? {})[0] ?? [];
      if (id !== undefined) dead.set(id, Properties.FifoQueue === true);
    }
    for (const [id, { Properties }] of queues) {
      const name = String(Properties.QueueName);
      expect({ name, isDead: dead.has(id) }).toEqual({ name, isDead: /-dead(\.fifo)?$/.test(name) });
      expect({ name, hasDead: Properties.RedrivePolicy !== undefined }).toEqual({ name, hasDead: !dead.has(id) });
      if (dead.has(id)) expect({ name, fifo: dead.get(id) }).toEqual({ name, fifo: Properties.FifoQueue === true });
    }
    expect(dead.size * 2).toBe(queues.length);
  });

  test('every log group forgets', () => {
    for (const [, { Properties }] of allOf(sample, 'AWS::Logs::LogGroup')) {
      expect(Properties.RetentionInDays).toBeGreaterThan(0);
    }
  });
});

/** Wildcards in what functions are granted: nothing more exact can be said of these. */
const wildcards: Record<string, RegExp> = {
  'objects are named after jobs and uploads, which come and go': /^s3:.*"\/(uploads|jobs)\/\*"/,
  'connections get their ids when clients connect':
    /^execute-api:ManageConnections .*\/live\/(POST|GET|DELETE)\/@connections\/\*"/,
  "CDK's own function copies the console's files out of CDK's bucket":
    /^s3:GetBucket\*,s3:GetObject\*,s3:List\* .*"cdk-hnb659fds-assets-\$\{AWS::AccountId\}-\$\{AWS::Region\}"/,
  "CDK's own function writes the console's files into their bucket, and removes what is no longer one":
    /^s3:Abort\*,s3:DeleteObject\*,.* .*\["Files[0-9A-F]{8}","Arn"\]/,
  'network interfaces are made by Lambda, and have no names before': /^ec2:\w+(,ec2:\w+)* "\*"$/,
};

test.each(Object.entries(samples))('%s grants no wildcard without one of these reasons', (_, sample) => {
  const policies = allOf(sample, 'AWS::IAM::Policy').map(([, { Properties }]) => Properties.PolicyDocument);
  const inline = allOf(sample, 'AWS::IAM::Role').flatMap(([, { Properties }]) =>
    ((Properties.Policies ?? []) as { PolicyDocument: unknown }[]).map(({ PolicyDocument }) => PolicyDocument),
  );
  const statements = [...policies, ...inline].flatMap((document) => (document as { Statement: Statement[] }).Statement);
  expect(statements.length).toBeGreaterThan(50);
  const unexplained = statements
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource }) => [Resource].flat().map((one) => `${[Action].flat()} ${JSON.stringify(one)}`))
    .filter((text) => text.includes('*') && !Object.values(wildcards).some((pattern) => pattern.test(text)));
  expect(unexplained).toEqual([]);
});

test('only the role for API Gateway’s logs and those of CDK’s own functions have a managed policy', () => {
  const managed = allOf(sampleOf('prod'), 'AWS::IAM::Role').filter(
    ([, { Properties }]) => Properties.ManagedPolicyArns,
  );
  expect(managed.map(([id]) => id)).toEqual([
    expect.stringContaining('CloudWatchRole'),
    expect.stringContaining('CustomS3AutoDeleteObjects'),
    expect.stringContaining('CustomCDKBucketDeployment'),
  ]);
});

test('the REST API needs a credential on every route but the five that say what the service is', () => {
  const open = (Object.keys(routes) as Operation[]).filter((name) => routes[name].scope === 'none');
  expect(open).toEqual(['describeService', 'checkHealth', 'getOpenApi', 'getAsyncApi', 'describeProblem']);
  const methods = resourcesOf('prod', 'AWS::ApiGateway::Method').map(([, { Properties }]) => Properties);
  const free = methods.filter(
    ({ AuthorizationType, HttpMethod }) => AuthorizationType === 'NONE' && HttpMethod === 'GET',
  );
  expect(free).toHaveLength(open.length);
  for (const { HttpMethod, AuthorizationType } of methods) {
    if (AuthorizationType === 'NONE') expect(['GET', 'ANY', 'OPTIONS']).toContain(HttpMethod);
    else expect(AuthorizationType).toBe('CUSTOM');
  }
});

test('the WebSocket API asks for a credential where connections are made', () => {
  const [, connect] =
    resourcesOf('prod', 'AWS::ApiGatewayV2::Route').find(([, { Properties }]) => Properties.RouteKey === '$connect') ??
    [];
  expect(connect?.Properties.AuthorizationType).toBe('CUSTOM');
});
