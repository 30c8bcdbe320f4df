import { Match } from 'aws-cdk-lib/assertions';
import { test } from 'vitest';
import { templateOf } from './sample-stack.ts';

test('PayloadBucket is closed to the public, encrypted, and has no access lists', () => {
  templateOf('prod').hasResourceProperties('AWS::S3::Bucket', {
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  });
});

test('PayloadBucket refuses what does not come over TLS 1.2', () => {
  templateOf('prod').hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: [
        Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        Match.objectLike({ Effect: 'Deny', Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } }),
      ],
    },
  });
});

test('PayloadBucket keeps objects 15 days and the longest retention of all types, by prefix', () => {
  const rule = (prefix: string) =>
    Match.objectLike({
      Prefix: `${prefix}/`,
      ExpirationInDays: 45,
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      Status: 'Enabled',
    });
  templateOf('prod').hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: { Rules: [rule('uploads'), rule('jobs')] },
  });
});

test('PayloadBucket lets pages of any origin use presigned URLs', () => {
  templateOf('prod').hasResourceProperties('AWS::S3::Bucket', {
    CorsConfiguration: {
      CorsRules: [
        Match.objectLike({ AllowedMethods: ['GET', 'HEAD', 'PUT'], AllowedOrigins: ['*'], AllowedHeaders: ['*'] }),
      ],
    },
  });
});
