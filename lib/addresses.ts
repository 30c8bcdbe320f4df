import { Stack } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Stage } from './stages.ts';

// AWS has a host for each API, bucket and service; an emulator answers for all at one address, which no template knows.

/** Where an API answers, without its stage and without a slash at the end. */
export function apiOrigin(scope: Construct, apiId: string, { emulatorUrl }: Stage): string {
  if (emulatorUrl !== undefined) return `${emulatorUrl}/_aws/execute-api/${apiId}`;
  const { region, urlSuffix } = Stack.of(scope);
  return `https://${apiId}.execute-api.${region}.${urlSuffix}`;
}

/** What the address of each of the stack's queues begins with. */
export function queueUrlPrefix({ account, region, stackName, urlSuffix }: Stack, { emulatorUrl }: Stage): string {
  return `${emulatorUrl ?? `https://sqs.${region}.${urlSuffix}`}/${account}/${stackName}-`;
}

/** The address of a bucket, without a slash at the end. */
export function bucketUrl({ bucketName, bucketRegionalDomainName }: Bucket, { emulatorUrl }: Stage): string {
  return emulatorUrl === undefined ? `https://${bucketRegionalDomainName}` : `${emulatorUrl}/${bucketName}`;
}
