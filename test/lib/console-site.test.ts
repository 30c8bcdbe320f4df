import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { countsOf, functionOf, resourcesOf, type Sample, sampleOf, synthesizeSample } from './sample-stack.ts';

const prod = consoleOf(sampleOf('prod'));

function consoleOf({ console }: Sample): Template {
  if (console) return console;
  throw new Error('Cannot find the console: the stack must have it as a stack within');
}

function only(type: string): Record<string, unknown> {
  const [first, ...others] = resourcesOf(prod, type);
  expect(others).toEqual([]);
  return first?.[1].Properties ?? {};
}

describe('ConsoleSite', () => {
  test('has these resources and no others', () => {
    expect(countsOf(prod)).toEqual({
      'AWS::CloudFront::Distribution': 1,
      'AWS::CloudFront::Function': 1,
      'AWS::CloudFront::OriginAccessControl': 1,
      'AWS::CloudFront::ResponseHeadersPolicy': 1,
      // The CDK's own, which copies the files, and which empties the bucket before it goes.
      'AWS::IAM::Policy': 1,
      'AWS::IAM::Role': 2,
      'AWS::Lambda::Function': 2,
      'AWS::Lambda::LayerVersion': 2,
      'AWS::Logs::LogGroup': 1,
      'AWS::S3::Bucket': 1,
      'AWS::S3::BucketPolicy': 1,
      'Custom::CDKBucketDeployment': 2,
      'Custom::S3AutoDeleteObjects': 1,
    });
  });

  test('empties its bucket before it goes, for CloudFormation deletes none that holds something', () => {
    const [bucket] = resourcesOf(prod, 'AWS::S3::Bucket').map(([id]) => id);
    expect(only('Custom::S3AutoDeleteObjects')).toMatchObject({ BucketName: { Ref: bucket } });
    for (const [, { Properties }] of resourcesOf(prod, 'Custom::CDKBucketDeployment')) {
      // Which would delete nothing where the bucket goes, too.
      expect(Properties.RetainOnDelete).not.toBe(false);
    }
  });

  test('keeps its bucket from everybody but its distribution', () => {
    expect(only('AWS::S3::Bucket').PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    prod.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Action: 's3:GetObject',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Condition: { StringEquals: { 'AWS:SourceArn': Match.anyValue() } },
          }),
        ]),
      },
    });
    const { DistributionConfig } = only('AWS::CloudFront::Distribution') as {
      DistributionConfig: { Origins: Record<string, unknown>[] };
    };
    expect(DistributionConfig.Origins[0]).toMatchObject({ OriginAccessControlId: expect.anything() });
  });

  test('answers reads alone, over TLS alone, and with the strict headers on each answer', () => {
    expect(only('AWS::CloudFront::Distribution')).toMatchObject({
      DistributionConfig: {
        DefaultRootObject: 'index.html',
        DefaultCacheBehavior: {
          AllowedMethods: ['GET', 'HEAD'],
          ViewerProtocolPolicy: 'redirect-to-https',
          ResponseHeadersPolicyId: expect.anything(),
          FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: expect.anything() }],
        },
      },
    });
    const { ResponseHeadersPolicyConfig } = only('AWS::CloudFront::ResponseHeadersPolicy') as {
      ResponseHeadersPolicyConfig: { SecurityHeadersConfig: Record<string, unknown> };
    };
    expect(ResponseHeadersPolicyConfig.SecurityHeadersConfig).toMatchObject({
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: 'DENY', Override: true },
      ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 63_072_000, IncludeSubdomains: true, Override: true },
    });
  });

  test('lets the page talk to the API, its WebSocket and the bucket, and to nobody else', () => {
    const policy = JSON.stringify(only('AWS::CloudFront::ResponseHeadersPolicy'));
    expect(policy).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ",
    );
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*;|connect-src[^;]*\*/);
    const [, sources = ''] = /connect-src 'self' (.*?); base-uri/.exec(policy) ?? [];
    expect(sources.match(/(https|wss):\/\//g)?.toSorted()).toEqual(['https://', 'https://', 'wss://']);
  });

  test('is told the address of the API at the deployment, not at the build', () => {
    const [, document] = resourcesOf(prod, 'Custom::CDKBucketDeployment').map(([, { Properties }]) => Properties);
    expect(JSON.stringify(document?.SourceMarkers)).toMatch(/Ref|Fn::/);
    expect(document?.SystemMetadata).toEqual({ 'cache-control': 'no-cache' });
  });

  test('leads every address that is no file to the one document', () => {
    const { FunctionCode: code } = only('AWS::CloudFront::Function') as { FunctionCode: string };
    const handler = new Function(`${code}; return handler`)() as (event: object) => { uri: string };
    const lead = (uri: string) => handler({ request: { uri } }).uri;
    expect(['/', '/jobs', '/jobs/job_abc', '/types/csv-profile'].map(lead)).toEqual(Array(4).fill('/index.html'));
    expect(['/config.json', '/assets/index-abc.js'].map(lead)).toEqual(['/config.json', '/assets/index-abc.js']);
  });

  test('has names of its own in each stage, for CloudFront’s are the account’s', () => {
    const namesIn = (template: Template) =>
      [
        'AWS::CloudFront::ResponseHeadersPolicy',
        'AWS::CloudFront::Function',
        'AWS::CloudFront::OriginAccessControl',
      ].map((type) => JSON.stringify(resourcesOf(template, type).map(([, { Properties }]) => Properties)));
    for (const text of namesIn(prod)) expect(text).toContain('jobwire-prod-console');
    for (const text of namesIn(consoleOf(sampleOf('dev')))) expect(text).toContain('jobwire-dev-console');
  });

  test('is named by GET /v1 where there is one, and nowhere else', () => {
    const addressIn = (sample: Sample) => {
      const { Variables } = functionOf(sample.template, 'describe-service')[1].Properties.Environment as {
        Variables: Record<string, unknown>;
      };
      return JSON.stringify(Variables.CONSOLE_URL);
    };
    expect(addressIn(sampleOf('prod'))).toContain('Fn::GetAtt');
    expect(addressIn(synthesizeSample('prod', { context: { console: 'off' } }))).toBe('""');
    expect(sampleOf('local').console).toBeUndefined();
  });
});
