import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';
import { bucketUrl } from './addresses.ts';
import { dataRemovalPolicy } from './removal.ts';
import type { Stage } from './stages.ts';

/** What the two parts of the bucket hold: what clients upload, and inputs and outputs too large for the table. */
export type PayloadPrefix = 'uploads' | 'jobs';
export type ObjectAction = 'GetObject' | 'PutObject';

/** A job lives this long at the most before it is done; its retention comes on top. */
const undoneDays = 15;

interface PayloadBucketProps {
  stage: Stage;
  key: IKey | undefined;
  /** The longest retention of all types. */
  retentionDays: number;
}

/** Uploads, and payloads over 64 KiB. Private; reached by presigned URLs. */
export class PayloadBucket extends Construct {
  /** The bucket's address, without a slash at the end. */
  readonly url: string;
  private readonly bucketArn: string;

  constructor(scope: Construct, id: string, { stage, key, retentionDays }: PayloadBucketProps) {
    super(scope, id);
    const bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // With a bucket key, S3 asks KMS once in a while and not for each object.
      ...(key
        ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: dataRemovalPolicy(stage),
      autoDeleteObjects: stage.emptiesBucket,
      // Nothing but presigned URLs opens the bucket, so any origin may use them.
      cors: [
        {
          allowedMethods: [HttpMethods.GET, HttpMethods.HEAD, HttpMethods.PUT],
          allowedOrigins: ['*'],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
          maxAge: 3600,
        },
      ],
      // A failed job can be retried as long as it is kept, and then needs its upload again.
      lifecycleRules: (['uploads', 'jobs'] satisfies PayloadPrefix[]).map((prefix) => ({
        id: `expire-${prefix}`,
        prefix: `${prefix}/`,
        expiration: Duration.days(undoneDays + retentionDays),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      })),
    });
    acknowledge(bucket, {
      'AwsSolutions-S1':
        'Only functions and presigned URLs reach it. A log of its requests would hold the signatures of those URLs; who asked for one stands in the log of the API',
    });
    this.url = bucketUrl(bucket, stage);
    this.bucketArn = bucket.bucketArn;
  }

  /** Lets `grantee` do `actions` on the objects below `prefix`. */
  grant(grantee: IGrantable, prefix: PayloadPrefix, actions: readonly ObjectAction[]): void {
    // Only to those who may list does S3 tell a missing object (404) from a forbidden one (403).
    if (actions.includes('GetObject')) {
      Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucketArn] });
    }
    const resourceArns = [`${this.bucketArn}/${prefix}/*`];
    Grant.addToPrincipal({ grantee, actions: actions.map((action) => `s3:${action}`), resourceArns });
    acknowledgeWildcards(grantee, resourceArns, 'Objects are named after jobs and uploads, which come and go');
  }
}
